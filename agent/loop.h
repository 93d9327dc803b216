// The one thread that waits: for sockets that calls are parked on, for deadlines, and for barriers.
// Owns:   an epoll instance, a timer, a wake-up, the thread. Shares its guests with whoever brought
//         them.
// Thread: all methods from any thread. `mutex_` covers the guests, the deadlines and what was asked
//         of the loop; no guest is called while it is held. Lock order: a session's mutex, then
//         this one, never back.
// Shapes: a guest and its sockets are known by numbers, so an event for one that is gone finds
//         nobody. A descriptor is watched edge-triggered: its guest tries until the kernel says
//         EAGAIN.
// Source: epoll(7), timerfd_create(2), eventfd(2).
#pragma once

#include <sys/epoll.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/clock.h"
#include "agent/direction.h"
#include "agent/fd.h"
#include "agent/mutex.h"
#include "agent/timers.h"
#include "agent/undertaker.h"

namespace balcony::agent {

class Loop {
 public:
  // Who waits. Called on the loop's thread, with no lock held.
  class Guest {
   public:
    virtual ~Guest() = default;
    virtual void Ready(uint32_t socket_number) = 0;
    virtual void Expired(uint64_t call) = 0;
    virtual void Settled(uint64_t call) = 0;
  };

  // `clock` and `undertaker` outlive the loop; there may be no undertaker.
  explicit Loop(const Clock& clock, Undertaker* undertaker = nullptr);
  ~Loop();

  // False if the kernel had no descriptors for it: then nothing else may be called.
  bool ok() const { return thread_.joinable(); }

  const Clock& clock() const { return clock_; }
  Undertaker* undertaker() const { return undertaker_; }

  // Gives the guest's number. Shared, because the loop may be in the middle of a call to a guest
  // that leaves.
  uint32_t Join(std::shared_ptr<Guest> guest);
  void Leave(uint32_t guest);

  // Watches a descriptor until Unwatch, which comes before its close: for a direction, then maybe
  // for both. 0, or the errno of epoll_ctl(2): then it is not watched.
  int Watch(uint32_t guest, uint32_t socket_number, int descriptor, Direction direction);
  int WatchBoth(uint32_t guest, uint32_t socket_number, int descriptor);
  void Unwatch(int descriptor);

  // Has Ready called again soon, for a call that gave way.
  void Again(uint32_t guest, uint32_t socket_number);

  // Has Expired called at the deadline, unless it is removed before.
  void Add(const Deadline& deadline);
  void Remove(const Deadline& deadline);

  // Has Settled called when all that is ready now has been told.
  void Settle(uint32_t guest, uint64_t call);

  // How often the thread has woken up.
  uint64_t wakeups() const { return wakeups_.load(std::memory_order_relaxed); }

 private:
  void Run();
  // One look at the kernel's list; false if there was nothing.
  bool Round(int timeout_ms);
  void Resume();
  bool GaveWay();
  bool HasWork();
  void Expire();
  void AnswerBarriers();
  void Take(std::span<const epoll_event> events);
  void Arm() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeUp();
  std::shared_ptr<Guest> Find(uint32_t guest);

  const Clock& clock_;
  Undertaker* const undertaker_;
  const Fd epoll_;
  const Fd timer_;
  const Fd wakeup_;
  std::atomic<uint64_t> wakeups_ = 0;
  std::atomic<bool> stopping_ = false;

  Mutex mutex_;
  uint32_t last_guest_ ABSL_GUARDED_BY(mutex_) = 0;
  std::unordered_map<uint32_t, std::shared_ptr<Guest>> guests_ ABSL_GUARDED_BY(mutex_);
  Timers timers_ ABSL_GUARDED_BY(mutex_);
  absl::Time armed_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  std::vector<std::pair<uint32_t, uint32_t>> again_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<uint32_t, uint64_t>> barriers_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;  // last: it starts when all else is there
};

}  // namespace balcony::agent
