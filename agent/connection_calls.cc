#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "agent/calls.h"
#include "agent/check.h"
#include "agent/permit.h"

namespace balcony::agent::calls {
namespace {

// A name that is taken for as long as this lives, or until a socket has it.
class Promise {
 public:
  Promise(agent::Sockets& sockets, std::string name) : sockets_(sockets), name_(std::move(name)) {
    sockets_.Promise(name_);
  }
  ~Promise() { sockets_.Unpromise(name_); }
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;

  void Keep(agent::Socket socket) { sockets_.Put(name_, std::move(socket)); }

 private:
  agent::Sockets& sockets_;
  const std::string name_;
};

class Accepting final : public BlockingCall {
 public:
  Accepting(agent::Sockets& sockets, std::string name, bool wait)
      : connection_(sockets, std::move(name)), wait_(wait) {}

  Progress Try(agent::Socket& listener) override {
    agent::Socket accepted;
    answer_ = listener.Accept(accepted);
    if (answer_ == EAGAIN && wait_) return Progress::kBlocked;
    tuple_ = accepted.tuple();
    if (answer_ == 0) connection_.Keep(std::move(accepted));
    return Progress::kEnded;
  }

  int answer() const override { return answer_; }

  v1::Outcome* Report(const agent::Socket&, bool succeeded, v1::Done& done) override {
    v1::AcceptResponse* response = done.mutable_accept();
    if (succeeded) {
      PrintEndpoint(tuple_.local, response->mutable_local());
      PrintEndpoint(tuple_.peer, response->mutable_peer());
    }
    return response->mutable_outcome();
  }

 private:
  Promise connection_;
  const bool wait_;
  Tuple tuple_;
  int answer_ = 0;
};

class Connecting final : public BlockingCall {
 public:
  Connecting(const Address& address, bool wait) : address_(address), wait_(wait) {}

  Progress Try(agent::Socket& socket) override {
    answer_ = begun_ != 0 ? socket.AskConnect(address_) : socket.Connect(address_);
    if (answer_ == EINPROGRESS || answer_ == EALREADY) {
      if (begun_ == 0) begun_ = answer_;
      if (wait_) return Progress::kBlocked;
    }
    if (answer_ == 0) tuple_ = socket.tuple();
    return Progress::kEnded;
  }

  int answer() const override { return answer_; }
  std::optional<int> TimeUp() override { return begun_; }
  bool IsConnect() const override { return true; }

  v1::Outcome* Report(const agent::Socket&, bool succeeded, v1::Done& done) override {
    v1::ConnectResponse* response = done.mutable_connect();
    if (succeeded) {
      PrintEndpoint(tuple_.local, response->mutable_local());
      PrintEndpoint(tuple_.peer, response->mutable_peer());
    }
    return response->mutable_outcome();
  }

 private:
  const Address address_;
  const bool wait_;
  int begun_ = 0;  // once it is under way: EINPROGRESS, or EALREADY if it was before
  Tuple tuple_;
  int answer_ = 0;
};

}  // namespace

absl::Status Accept(Session& session, const Turn& turn, v1::AcceptRequest& request) {
  absl::Status status = CheckName("connection", request.connection());
  if (!status.ok()) return status;
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  status = session.sockets().CheckFree("connection", request.connection());
  if (!status.ok()) return status;
  const bool wait = (*entry)->socket.blocking();
  return session.Begin(turn, **entry, Direction::kIn, wait,
                       std::make_unique<Accepting>(session.sockets(), request.connection(), wait));
}

absl::Status Connect(Session& session, const Turn& turn, v1::ConnectRequest& request) {
  const auto address = CheckAddress(request.has_address(), request.address());
  if (!address.ok()) return address.status();
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  const absl::Status permitted = PermitConnect(session, **entry, *address);
  if (!permitted.ok()) return permitted;
  const bool wait = (*entry)->socket.blocking();
  return session.Begin(turn, **entry, Direction::kOut, wait,
                       std::make_unique<Connecting>(*address, wait));
}

absl::Status Disconnect(Session& session, const v1::DisconnectRequest& request,
                        v1::DisconnectResponse& response) {
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  agent::Socket& socket = (*entry)->socket;
  const int answer = socket.Disconnect();
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) PrintEndpoint(socket.tuple().local, response.mutable_local());
  return absl::OkStatus();
}

}  // namespace balcony::agent::calls
