// One host's agent as the controller sees it: a session, and the calls under way in it.
// Owns:   the byte stream, the gRPC channel over it and the session's stream.
// Thread: any.
// Shapes: a call gives one PendingCall, which ends exactly once: done, refused, or the agent is
//         lost.
// Errors: a refused call keeps the agent's own status code and message; a lost agent is
//         kUnavailable and says how it was lost ("killed by signal 9", the tail of its standard
//         error).
// Source: proto/balcony/v1/session.proto.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "balcony/v1/describe.pb.h"
#include "balcony/v1/session.pb.h"
#include "controller/wire/fd.h"

namespace grpc {
class Channel;
}

namespace balcony::fleet {

// A call that an agent is doing. Shared by the caller, who waits, and the link, which tells: either
// may go first.
class PendingCall {
 public:
  explicit PendingCall(uint64_t id) : id_(id) {}

  uint64_t id() const { return id_; }

  // Waits until the call is known to be blocked, or has ended; at most so long. True if so.
  bool WaitUntilKnown(absl::Duration limit);
  // Waits until the call has ended; at most so long. True if it has.
  bool WaitUntilEnded(absl::Duration limit);

  bool blocked();  // the agent said so, and the call has not ended since
  bool ended();

  // REQUIRES: ended().
  const absl::StatusOr<v1::Done>& result();

  // What the link tells.
  void TellBlocked();
  void TellEnded(absl::StatusOr<v1::Done> result);

 private:
  const uint64_t id_;
  std::mutex mutex_;  // covers all below; nothing is called back while it is held
  std::condition_variable changed_;
  bool blocked_ = false;
  std::optional<absl::StatusOr<v1::Done>> result_;
};

class AgentLink {
 public:
  // Scans `stream` for the agent's hello line where there is one, then opens a session over it.
  // `host` is the name for messages. `obituary`, if given, tells why the agent's process ended,
  // once it has.
  static absl::StatusOr<std::unique_ptr<AgentLink>> Join(
      const std::string& host, wire::Fd stream, bool hello,
      const std::function<std::string()>& obituary, absl::Duration patience);
  // As Join, over a channel that dials.
  static std::unique_ptr<AgentLink> Dial(const std::string& host,
                                         const std::shared_ptr<grpc::Channel>& channel,
                                         absl::Duration patience);
  virtual ~AgentLink() = default;  // ends the session, waits for the stream's end

  // Sends a call; its id is set here. On a lost agent the call ends at once.
  virtual std::shared_ptr<PendingCall> Start(v1::Call call) = 0;

  // Calls that the agent said are blocked and that have not ended.
  virtual int blocked_calls() = 0;

  // Has `tell` called, once, when the agent is lost; at once if it is lost already. Null: nobody is
  // told any more, and nobody is being told when this returns.
  virtual void WhenLost(std::function<void(const absl::Status&)> tell) = 0;

  // kUnavailable and why, once the agent is lost.
  virtual absl::Status status() = 0;

  // Gives the agent up: who stands beside its host knows what its stream does not tell, for example
  // that it is paused. "the agent of juliet is lost: `why`".
  virtual void Lose(const std::string& why) = 0;

  // Who the agent is; asked once, on first use.
  virtual absl::StatusOr<v1::DescribeResponse> Describe() = 0;
};

// In which an agent has answered a call that waits for nothing; that one is lost shows before.
constexpr absl::Duration kAnswer = absl::Seconds(10);

// Has the agent make a call, and waits for its answer. kUnavailable where none comes in time.
absl::StatusOr<v1::Done> Ask(AgentLink& agent, v1::Call call, absl::Duration limit = kAnswer);

}  // namespace balcony::fleet
