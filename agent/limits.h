// What an agent will not exceed, and what it may do.
// Errors: SetLimit: kInvalidArgument, which names the limit and what it may be.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace balcony::agent {

struct Limits {
  uint32_t sockets = 65'536;
  uint32_t sockets_per_session = 4096;
  uint32_t blocked_calls_per_session = 16384;
  uint32_t payload_bytes = 1024 * 1024;
  uint32_t sessions = 512;
  absl::Duration lease = absl::Hours(1);
  uint32_t buffered_bytes_per_session = 64 * 1024 * 1024;
  uint32_t buffered_bytes = 128 * 1024 * 1024;
  absl::Duration patience = absl::Hours(24);
  uint32_t control_connections = 256;
  uint32_t connections_per_second = 50;
  absl::Duration first_call = absl::Seconds(10);
  uint32_t sockets_listed = 10'000;
  // The network namespace was made for this agent alone, which may change it.
  bool own_network = false;
  // What happens on its sockets is told in the log, payload too.
  bool narrate = false;
};

// The longest message: a payload and what is beside it. A payload that is a little too long is
// refused by name.
uint64_t MessageBytes(const Limits& limits);

// A limit that --limit sets and Describe tells.
struct LimitRow {
  const char* name;  // the field of v1.Limits
  std::variant<uint32_t Limits::*, absl::Duration Limits::*> field;
  int64_t most;  // of a duration: seconds; the least is 1, and of a duration a millisecond
  const char* about;
};

std::span<const LimitRow> LimitRows();

// NAME=VALUE: a number, or a time as in 90s.
absl::Status SetLimit(const std::string& text, Limits& limits);

// As SetLimit takes it.
std::string LimitValue(const LimitRow& row, const Limits& limits);

}  // namespace balcony::agent
