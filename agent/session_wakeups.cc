// What wakes a session: its loop, its sink.
#include <utility>

#include "agent/session.h"

namespace balcony::agent {

void Session::Ready(uint32_t socket_number) {
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    Advance(socket_number);
  }
  Send();
}

void Session::Expired(uint64_t id) {
  {
    MutexLock lock(mutex_);
    ParkedCall* call = parking_.Find(id);
    const absl::Time now = clock().Now();
    // The deadline may be that of a call which has ended since and whose id is in use again.
    if (ended_ || call == nullptr || call->deadline > now) return;
    if (call->time_up > call->deadline) {
      CutShort(id, Ending::kTimedOut);
    } else if (const std::optional<int> answer = call->call->TimeUp()) {
      CutShort(id, Ending::kAnswered, *answer);
    } else {
      Arm(*call, now);
    }
  }
  Send();
}

void Session::Resume() {
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    for (const uint32_t socket_number : std::exchange(held_back_, {})) Advance(socket_number);
    for (const auto& [id, turn] : barriers_) loop_.Settle(number_, id);
  }
  Send();
}

void Session::Settled(uint64_t id) {
  {
    MutexLock lock(mutex_);
    const auto found = barriers_.find(id);
    // With receives held back not all is told: Resume asks again.
    if (ended_ || found == barriers_.end() || !held_back_.empty()) return;
    AnswerBarrier(found->second);
    barriers_.erase(found);
  }
  Send();
}

}  // namespace balcony::agent
