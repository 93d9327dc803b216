#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/calls.h"
#include "agent/check.h"
#include "agent/refusal.h"

namespace balcony::agent::calls {
namespace {

constexpr size_t kHostNameBytes = 253;
// To wait by, and to ask a name server or two.
constexpr uint64_t kResolverDescriptors = 4;

class ResolveCall final : public BlockingCall {
 public:
  ResolveCall(std::unique_ptr<Resolver> resolver, std::shared_ptr<Places::Place> place)
      : hold_(std::move(place), kResolverDescriptors), resolver_(std::move(resolver)) {}

  Progress Try(agent::Socket&) override { return resolver_->Step(); }
  int answer() const override { return 0; }  // the resolver's answers are no errno
  int Descriptor(const agent::Socket&) const override { return resolver_->descriptor(); }
  absl::Duration Allowance(const agent::Socket&, Direction) const override {
    return absl::InfiniteDuration();
  }

  v1::Outcome* Report(const agent::Socket&, bool succeeded, v1::Done& done) override {
    v1::ResolveResponse* response = done.mutable_resolve();
    if (!succeeded) return response->mutable_outcome();
    const Resolver::Answer& answer = resolver_->answer();
    for (const std::string& address : answer.addresses) response->add_addresses(address);
    if (answer.addresses.empty()) {
      response->mutable_outcome()->mutable_name_error()->set_name(answer.error);
      response->mutable_outcome()->mutable_name_error()->set_message(answer.message);
    }
    return response->mutable_outcome();
  }

 private:
  const Places::SocketHold hold_;
  const std::unique_ptr<Resolver> resolver_;
};

absl::Status CheckHostName(const std::string& name) {
  const auto is_control = [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); };
  if (!name.empty() && name.size() <= kHostNameBytes &&
      std::none_of(name.begin(), name.end(), is_control)) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "name", absl::StrCat("name must have 1 to ", kHostNameBytes,
                           " bytes, none of them a control character; it has ", name.size()));
}

}  // namespace

absl::Status Resolve(Session& session, const Turn& turn, v1::ResolveRequest& request) {
  absl::Status status = CheckHostName(request.name());
  if (request.has_family()) status.Update(CheckFamily(request.family()));
  if (status.ok()) status = session.place()->CheckSocket("name");
  if (!status.ok()) return status;
  auto resolver = Resolver::Open(request.name(), request.family(), session.resolver_options());
  if (!resolver.ok()) return resolver.status();
  return session.Begin(turn, std::make_unique<ResolveCall>(*std::move(resolver), session.place()));
}

}  // namespace balcony::agent::calls
