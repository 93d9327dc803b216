// Keeps what many strangers can bring about from filling the log: once a second, with the number
// of those in between.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/time/time.h"

namespace balcony::agent {

class Seldom {
 public:
  // How many were kept back since the last that was told; absent if this one is kept back too.
  std::optional<uint64_t> Tell(absl::Time now) {
    if (now - last_ < absl::Seconds(1)) {
      ++kept_back_;
      return std::nullopt;
    }
    last_ = now;
    return std::exchange(kept_back_, 0);
  }

 private:
  absl::Time last_ = absl::InfinitePast();
  uint64_t kept_back_ = 0;
};

}  // namespace balcony::agent
