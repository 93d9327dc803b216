// The start of a thread, which a machine may refuse.
// Errors: kResourceExhausted, and the remedy.
// Source: pthread_create(3), EAGAIN.
#pragma once

#include <functional>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/status/statusor.h"

namespace balcony::wire {

inline constexpr char kNoThread[] = "no thread: raise ulimit -u or the pids limit";

inline absl::StatusOr<std::thread> StartThread(std::function<void()> body) {
  try {
    return std::thread(std::move(body));
  } catch (const std::system_error&) {
    return absl::ResourceExhaustedError(kNoThread);
  }
}

}  // namespace balcony::wire
