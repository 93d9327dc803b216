// What the calls that move data have in common: how one is checked, begun and reported.
// Thread: whoever holds the session's mutex.
// Shapes: kResponse says which of Done's responses a call has, and by that what is told of it.
// Errors: as in session.proto, with the field named.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "agent/calls.h"
#include "agent/check.h"
#include "agent/message.h"
#include "agent/permit.h"
#include "agent/receiving.h"
#include "agent/refusal.h"
#include "agent/sending.h"

namespace balcony::agent::calls {

template <auto kResponse>
class SendingCall final : public BlockingCall {
 public:
  SendingCall(Sending::Request request, bool is_tcp) : sending_(std::move(request), is_tcp) {}

  Progress Try(agent::Socket& socket) override { return sending_.Go(socket); }
  int answer() const override { return sending_.answer(); }
  std::optional<int> TimeUp() override { return sending_.TimeUp(); }
  size_t BufferedBytes() const override { return sending_.window_bytes(); }
  bool IsConnect() const override { return sending_.connecting(); }

  v1::Outcome* Report(const agent::Socket&, bool, v1::Done& done) override {
    auto* response = (done.*kResponse)();
    response->set_bytes(sending_.bytes());
    return response->mutable_outcome();
  }

 private:
  Sending sending_;
};

template <auto kResponse>
class ReceivingCall final : public BlockingCall {
 public:
  explicit ReceivingCall(Receiving::Request request) : receiving_(std::move(request)) {}

  Progress Try(agent::Socket& socket) override { return receiving_.Go(socket); }
  int answer() const override { return receiving_.answer(); }
  std::optional<int> TimeUp() override { return receiving_.TimeUp(); }
  bool IsReceive() const override { return true; }
  size_t BufferedBytes() const override { return receiving_.most_buffered(); }

  v1::Outcome* Report(const agent::Socket& socket, bool succeeded, v1::Done& done) override {
    auto* response = (done.*kResponse)();
    if constexpr (std::is_same_v<decltype(response), v1::RecvmsgResponse*>) {
      response->set_size(receiving_.size());
      if (succeeded) PrintMessage(receiving_.flags(), receiving_.control(), response);
    }
    response->set_data(receiving_.TakeData());
    response->set_end_of_stream(succeeded && receiving_.end_of_stream());
    if constexpr (requires { response->mutable_address(); }) {
      if (succeeded && !socket.is_tcp() && receiving_.from().known()) {
        PrintEndpoint(receiving_.from(), response->mutable_address());
      }
    }
    return response->mutable_outcome();
  }

 private:
  Receiving receiving_;
};

// REQUIRES: `sending` has all but the data.
template <auto kResponse, class Request>
absl::Status BeginSending(Session& session, const Turn& turn, Request& request,
                          Sending::Request sending) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  const agent::Socket& socket = (*entry)->socket;
  absl::Status status =
      CheckData(request.has_data(), request.data(), socket.is_tcp(), session.limits());
  if (status.ok() && sending.to.known()) status = PermitSend(session, **entry, sending.to);
  if (status.ok()) status = PermitPacket(session, **entry, request.data());
  if (!status.ok()) return status;
  sending.unit = std::move(*request.mutable_data()->mutable_unit());
  if (request.data().has_count()) sending.count = request.data().count();
  sending.wait = socket.blocking() && !sending.flags.Has(v1::FLAG_DONTWAIT);
  const bool wait = sending.wait;
  return session.Begin(
      turn, **entry, Direction::kOut, wait,
      std::make_unique<SendingCall<kResponse>>(std::move(sending), socket.is_tcp()));
}

// Whether the receive may block. The kernel never waits for an urgent byte (tcp_recv_urg), nor for
// an error to be queued.
inline bool MayWait(const agent::Socket& socket, const Flags& flags) {
  return socket.blocking() && !flags.Has(v1::FLAG_DONTWAIT) && !flags.Has(v1::FLAG_ERRQUEUE) &&
         !(socket.is_tcp() && flags.Has(v1::FLAG_OOB));
}

// REQUIRES: `receiving` has all but max_bytes and whether it waits.
template <auto kResponse, class Request>
absl::Status BeginReceiving(Session& session, const Turn& turn, const Request& request,
                            Receiving::Request receiving)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  absl::Status status =
      CheckMaxBytes(request.has_max_bytes(), request.max_bytes(), session.limits());
  if (!status.ok()) return status;
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  const agent::Socket& socket = (*entry)->socket;
  const bool all = receiving.flags.Has(v1::FLAG_WAITALL);
  if ((all || !receiving.delimiter.empty()) && !socket.is_tcp()) {
    return InvalidArgument(all ? "flags" : "until",
                           "a datagram is received whole or not at all: this is for TCP");
  }
  receiving.max_bytes = static_cast<size_t>(request.max_bytes());
  receiving.wait = MayWait(socket, receiving.flags);
  const bool wait = receiving.wait;
  return session.Begin(turn, **entry, Direction::kIn, wait,
                       std::make_unique<ReceivingCall<kResponse>>(std::move(receiving)));
}

}  // namespace balcony::agent::calls
