// How many of a session's denials are told in the log: a burst, then one a second, with the number
// of those in between, so that a client cannot fill the log.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/time/time.h"

namespace balcony::agent {

class Denials {
 public:
  static constexpr uint32_t kBurst = 10;

  // How many were left out since the last that was told; absent if this one is left out too.
  std::optional<uint64_t> Tell(absl::Time now);

  // Since the last that was told.
  uint64_t left_out() const { return left_out_; }

 private:
  uint32_t room_ = kBurst;
  absl::Time refilled_ = absl::InfinitePast();
  uint64_t left_out_ = 0;
};

}  // namespace balcony::agent
