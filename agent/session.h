// A client's sockets and its calls under way.
// Owns:   the sockets and the parked calls. Borrows the loop and the policy, which outlive it.
//         Shares itself with the loop, and its sink with the door: both may be in the middle of
//         something when the other has ended.
// Thread: any. The mutex covers everything but the sink's sending: the sockets, the parked calls,
//         the barriers and the order of events. Nothing is called back while it is held: events are
//         kept under it, and sent (Send) after it is released, which happens at the end of
//         Dispatch, Ready, Expired and Settled. Lock order: this, then the loop's.
// Shapes: a call gets one done or refused event, after at most one blocked. Whoever takes it out of
//         parking ends it: the kernel's answer (which a time-out of its socket's is too), its
//         patience, a cancel, its socket's close; End drops it without a word.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "agent/audit.h"
#include "agent/blocking_call.h"
#include "agent/counters.h"
#include "agent/diag.h"
#include "agent/event_sink.h"
#include "agent/limits.h"
#include "agent/loop.h"
#include "agent/mutex.h"
#include "agent/narrator.h"
#include "agent/outcome.h"
#include "agent/parking.h"
#include "agent/places.h"
#include "agent/policy.h"
#include "agent/resolver.h"
#include "agent/sockets.h"

namespace balcony::agent {

class Session final : public Loop::Guest {
 public:
  // `place`: what it holds is counted there. `audit` may be null.
  static std::shared_ptr<Session> Open(Loop& loop, const Limits& limits, const Policy& policy,
                                       std::shared_ptr<Places::Place> place,
                                       std::shared_ptr<EventSink> sink,
                                       std::unique_ptr<Audit> audit = nullptr);

  // Closes the sockets and drops the calls. The sink keeps nothing more after this.
  void End();

  Mutex& mutex() ABSL_LOCK_RETURNED(mutex_) { return mutex_; }
  void Send() { sink_->Send(); }

  const Clock& clock() const { return loop_.clock(); }
  const Limits& limits() const { return limits_; }
  const Policy& policy() const { return policy_; }
  const Counters& counters() const { return counters_; }
  const std::shared_ptr<Places::Place>& place() const { return place_; }

  bool ended() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ended_; }
  Sockets& sockets() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return sockets_; }
  Diag& diag() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return diag_; }
  Resolver::Options& resolver_options() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return resolver_options_;
  }
  void Keep(v1::Event event) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (narrator_ != nullptr) Narrate(narrator_->Tell(event));
    sink_->Keep(std::move(event));
  }

  // For the narration: a call is about to be made; it was refused.
  void Begun(const v1::Call& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (narrator_ != nullptr) narrator_->Begin(call);
  }
  void Refused(uint64_t id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (narrator_ != nullptr) narrator_->Forget(id);
  }

  // For the audit: a call came; it was denied.
  void Called() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (audit_ != nullptr) audit_->Called();
  }
  void Denied(std::string_view call, std::string_view socket, std::string_view why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (audit_ != nullptr) audit_->Denied(clock().Now(), call, socket, why);
  }

  // The sink has room again: receives that waited for it go on.
  void Resume();

  bool UnderWay(uint64_t id) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  size_t parked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return parking_.size(); }

  // Tries the call, and parks it if it has to wait. `waits`: it may stay blocked, so it gets in
  // line. An error: there is no room to park it.
  absl::Status Begin(const Turn& turn, Sockets::Entry& entry, Direction direction, bool waits,
                     std::unique_ptr<BlockingCall> call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The same for a call that has no socket and a descriptor of its own.
  absl::Status Begin(const Turn& turn, std::unique_ptr<BlockingCall> call)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Ends a parked call as cancelled; false if there is none with this id.
  bool Cancel(uint64_t id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // close(2), after ending the calls parked on the socket. Parks it if it lingers. An error: there
  // is no room to park it.
  absl::Status Close(const Turn& turn, Sockets::Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // Answers a barrier, at once or from the loop.
  void Barrier(const Turn& turn) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The loop's.
  void Ready(uint32_t socket_number) override;
  void Expired(uint64_t call) override;
  void Settled(uint64_t call) override;

 private:
  enum class Ending { kAnswered, kTimedOut, kCancelled, kClosed };

  Session(Loop& loop, const Limits& limits, const Policy& policy,
          std::shared_ptr<Places::Place> place, std::shared_ptr<EventSink> sink,
          std::unique_ptr<Audit> audit)
      : loop_(loop),
        limits_(limits),
        policy_(policy),
        place_(std::move(place)),
        sink_(std::move(sink)),
        audit_(std::move(audit)),
        narrator_(limits.narrate ? std::make_unique<Narrator>() : nullptr),
        sockets_(limits.sockets_per_session, place_) {}

  // Whether one more call may be parked that holds so much payload.
  absl::Status CheckRoom(size_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Begin(const Turn& turn, uint32_t socket_number, Socket& socket, Direction direction,
                     bool waits, std::unique_ptr<BlockingCall> call)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsBehind(uint32_t socket_number, Direction direction, bool waits, const BlockingCall& call)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Park(ParkedCall call, Progress progress) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int Watch(const ParkedCall& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void TellBlocked(ParkedCall& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Sets its deadline: the end of its patience, or before that of what the kernel allows from now.
  void Arm(ParkedCall& call, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Advance(uint32_t socket_number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Advance(uint32_t socket_number, Direction direction) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AdvanceEach(uint32_t socket_number) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  ParkedCall Unpark(uint64_t id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // `answer`: the kernel's, where it has answered.
  void Finish(const Turn& turn, const Socket& socket, BlockingCall& call, Ending ending,
              int answer = 0) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Ends a parked call before its time and lets the next in line go on.
  void CutShort(uint64_t id, Ending ending, int answer = 0) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Narrate(const std::optional<Narration>& narration);
  void AnswerBarrier(const Turn& turn) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Loop& loop_;
  const Limits limits_;
  const Policy& policy_;
  const std::shared_ptr<Places::Place> place_;
  const std::shared_ptr<EventSink> sink_;
  const Counters counters_;
  uint32_t number_ = 0;  // in the loop; set before anybody else knows the session

  mutable Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<Audit> audit_ ABSL_GUARDED_BY(mutex_);
  const std::unique_ptr<Narrator> narrator_ ABSL_PT_GUARDED_BY(mutex_);  // null: nothing is told
  Diag diag_ ABSL_GUARDED_BY(mutex_);
  Resolver::Options resolver_options_ ABSL_GUARDED_BY(mutex_);
  Sockets sockets_ ABSL_GUARDED_BY(mutex_);
  Socket no_socket_ ABSL_GUARDED_BY(mutex_);  // of the calls that have none
  Parking parking_ ABSL_GUARDED_BY(mutex_);   // after the sockets, which its calls borrow
  uint64_t buffered_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // of the parked calls
  // Sockets whose receives are ready, and for whose data the sink has no room.
  std::unordered_set<uint32_t> held_back_ ABSL_GUARDED_BY(mutex_);
  std::unordered_map<uint64_t, Turn> barriers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::agent
