#include "agent/caller.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace balcony::agent {
namespace {

std::string NamesOf(const grpc::AuthContext& proven) {
  std::vector<std::string> names;
  for (const grpc::string_ref& name : proven.GetPeerIdentity()) {
    names.emplace_back(name.data(), name.size());
  }
  return absl::StrJoin(names, ",");
}

}  // namespace
Caller Callers::Of(const grpc::ServerContextBase& context) const {
  const std::string starter = "its starter";
  if (connections_ == nullptr) return {starter, starter, starter, starter};
  const std::string peer = context.peer();
  if (absl::StartsWith(peer, "unix:")) {
    // Who else is connected changes; that the path's owner lets them does not.
    const std::string owners = connections_->Owners();
    return {"a path", owners, owners, "a path"};
  }
  const auto proven = context.auth_context();
  const std::string names =
      proven != nullptr && proven->IsPeerAuthenticated() ? NamesOf(*proven) : "";
  const std::string where = absl::StrReplaceAll(
      peer, {{"ipv4:", ""}, {"ipv6:", ""}, {"%5B", "["}, {"%5D", "]"}, {"%25", "%"}});
  if (!names.empty()) return {where, names, names, names};
  return {where, otherwise_, PlaceOf(PeerAddress(peer)), otherwise_};
}

}  // namespace balcony::agent
