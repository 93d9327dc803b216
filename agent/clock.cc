#include "agent/clock.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace balcony::agent {
namespace {

absl::Duration SinceBoot() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return absl::DurationFromTimespec(now);
}

}  // namespace

Clock::Clock() : anchor_(absl::Now() - SinceBoot()) {}

absl::Time Clock::Now() const { return anchor_ + SinceBoot(); }

timespec Clock::Monotonic(absl::Time time) const {
  return absl::ToTimespec(std::max(time - anchor_, absl::Nanoseconds(1)));
}

}  // namespace balcony::agent
