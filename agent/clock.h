// The agent's clock: one reading of the wall clock at its start, moved on by the monotonic clock.
// Shapes: differences of two readings are exact durations, whatever somebody does to the wall
//         clock.
// Thread: any.
// Source: clock_gettime(2).
#pragma once

#include <ctime>

#include "absl/time/time.h"

namespace balcony::agent {

class Clock {
 public:
  Clock();

  absl::Time Now() const;

  // The same instant on CLOCK_MONOTONIC, for the kernel's timers; never 0, which would disarm them.
  timespec Monotonic(absl::Time time) const;

 private:
  absl::Time anchor_;  // the wall clock when the monotonic clock was 0
};

}  // namespace balcony::agent
