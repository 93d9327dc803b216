// A gRPC stream of calls and events with one agent.
// Owns:   its share of the channel; the calls that have not ended.
// Thread: any. Events come on gRPC's threads.
// Shapes: each call ends exactly once: done, refused, or lost with the stream.
// Source: proto/balcony/v1/agent.proto.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "balcony/v1/agent.grpc.pb.h"
#include "controller/fleet/agent_link.h"
#include "controller/wire/mutex.h"

namespace balcony::fleet {

// The mutex covers the calls, the outbox and how the stream ended. `writing_` says that a
// StartWrite is under way, and whoever sets it makes that call after giving up the mutex; nothing
// is called back while it is held. It is given up at the end of Start, of each On… method, and
// while BreakOff waits for OnDone.
class Session final : public grpc::ClientBidiReactor<v1::Call, v1::Event> {
 public:
  // `why_lost` turns gRPC's word for the end into what a person is told; it may take a moment. It
  // is kept for as long as gRPC keeps the session.
  Session(const std::shared_ptr<grpc::Channel>& channel,
          std::function<absl::Status(const grpc::Status&)> why_lost);

  // Breaks the stream off and waits for its end. Where gRPC has no thread to tell that, the session
  // is left to it for good.
  struct End {
    void operator()(Session* session) const;
  };

  std::shared_ptr<PendingCall> Start(v1::Call call);
  void WhenLost(std::function<void(const absl::Status&)> tell);
  int blocked_calls();
  absl::Status status();
  absl::StatusOr<v1::DescribeResponse> Describe(absl::Duration patience);
  void Cancel() { context_.TryCancel(); }  // its end is told as ever

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  ~Session() override = default;

  struct Entry {
    std::shared_ptr<PendingCall> call;
    bool blocked = false;
  };

  bool BreakOff();                     // false if that does not end
  Entry Take(const v1::Event& event);  // whom the event concerns; nobody if nobody waits for it
  void Tell(const Entry& entry);       // what is in event_
  void LetEnd() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::function<absl::Status(const grpc::Status&)> why_lost_;
  const std::unique_ptr<v1::Agent::Stub> stub_;
  grpc::ClientContext context_;
  v1::Event event_;  // being read
  v1::Call call_;    // being written

  wire::Mutex tell_mutex_;  // covers the teller, and is held while it tells; before mutex_ in order
  std::function<void(const absl::Status&)> tell_lost_ ABSL_GUARDED_BY(tell_mutex_);

  wire::Mutex mutex_;
  std::condition_variable over_;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unordered_map<uint64_t, Entry> pending_ ABSL_GUARDED_BY(mutex_);
  std::deque<v1::Call> outbox_ ABSL_GUARDED_BY(mutex_);
  std::atomic<int> blocked_ = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;    // nothing more is read, nor may be written
  bool released_ ABSL_GUARDED_BY(mutex_) = false;  // gRPC may call OnDone
  bool done_ ABSL_GUARDED_BY(mutex_) = false;      // gRPC is through with this
  std::optional<absl::Status> lost_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::fleet
