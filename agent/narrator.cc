#include "agent/narrator.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace balcony::agent {
namespace {

using google::protobuf::Message;
using v1::Call;

// REQUIRES: the message has one.
const Message& ResponseOf(const v1::Done& done) {
  const auto* choice = v1::Done::descriptor()->FindOneofByName("response");
  const auto* reflection = v1::Done::GetReflection();
  return reflection->GetMessage(done, reflection->GetOneofFieldDescriptor(done, choice));
}

}  // namespace

void Narrator::Begin(const Call& call) {
  std::optional<BegunCall> begun = ReadCall(call);
  if (begun) calls_[call.id()] = *std::move(begun);
}

std::optional<Narration> Narrator::Tell(const v1::Event& event) {
  const auto found = calls_.find(event.id());
  if (found == calls_.end() || event.has_refused()) return std::nullopt;
  if (event.has_blocked()) {
    BegunCall& call = found->second;
    const SeenSocket seen = sockets_[call.socket];
    if (call.kind == Call::kClose) {
      call.left = seen;
      sockets_.erase(call.socket);
    }
    const Account account(call, seen, nullptr);
    const std::string text = account.Waiting();
    return text.empty() ? std::nullopt : std::optional(account.Told(text, ""));
  }
  const BegunCall call = std::move(found->second);
  calls_.erase(found);
  const Message& response = ResponseOf(event.done());
  const auto& outcome = static_cast<const v1::Outcome&>(response.GetReflection()->GetMessage(
      response, response.GetDescriptor()->FindFieldByName("outcome")));
  const SeenSocket seen = call.left ? *call.left : sockets_[call.socket];
  if (!call.left) Learn(call, outcome, response);
  const Account account(call, seen, &response);
  const std::string text = outcome.has_ok() ? account.Done() : account.Failed(outcome);
  if (text.empty()) return std::nullopt;
  return account.Told(text, outcome.has_ok() ? "" : Failure(outcome));
}

void Narrator::Learn(const BegunCall& call, const v1::Outcome& outcome, const Message& response) {
  if (call.kind == Call::kClose || (call.kind == Call::kSocket && !outcome.has_ok())) {
    sockets_.erase(call.socket);
    return;
  }
  SeenSocket& seen = sockets_[call.socket];
  const std::string local = EndpointIn(response, "local");
  if (!local.empty() && call.kind != Call::kAccept) seen.local = local;
  if (call.connects && (outcome.has_ok() || outcome.error().number() == EINPROGRESS)) {
    seen.peer = call.address;
  }
  if (!outcome.has_ok()) return;
  if (call.kind == Call::kDisconnect) seen.peer.clear();
  if (call.kind == Call::kAccept) {
    sockets_[call.other] = {local, EndpointIn(response, "peer")};
  }
  if (call.kind == Call::kDup) {
    seen.duplicated = true;
    sockets_[call.other] = seen;
  }
}

std::vector<Narration> Narrator::End() {
  std::vector<Narration> all;
  for (const auto& [name, seen] : sockets_) {
    BegunCall close;
    close.kind = Call::kClose;
    close.socket = name;
    const Account account(close, seen, nullptr);
    all.push_back(account.Told(
        absl::StrCat("closed ", account.Itself(), ", with the session that had it"), ""));
  }
  sockets_.clear();
  return all;
}

}  // namespace balcony::agent
