// A mutex that clang's thread-safety analysis understands, and its lock.
// Thread: any.
// Source: docs/decisions/009: absl::Mutex is slow here, and blind to ThreadSanitizer.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace balcony::wire {

class ABSL_LOCKABLE Mutex {
 private:
  friend class MutexLock;
  std::mutex mutex_;
};

// Holds a mutex as long as it lives, but while it waits.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex) : lock_(mutex.mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() = default;
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  // As condition_variable's: gives way to others until notified; may wake for nothing.
  void Wait(std::condition_variable& changed) { changed.wait(lock_); }

  // False once the time has come.
  bool WaitUntil(std::condition_variable& changed, std::chrono::steady_clock::time_point time) {
    return changed.wait_until(lock_, time) == std::cv_status::no_timeout;
  }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace balcony::wire
