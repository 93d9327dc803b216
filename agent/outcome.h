// "Acted, and this happened": how the kernel's answers and a call's times are written down.
// Units:  an answer is 0 or a number of errno(3).
#pragma once

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "balcony/v1/outcome.pb.h"
#include "google/protobuf/duration.pb.h"

namespace balcony::agent {

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kNanosPerMicro = 1'000;
// The longest google.protobuf.Duration.
constexpr int64_t kDurationSeconds = 315'576'000'000;

// A call that was made: whose it is, and when.
struct Turn {
  uint64_t id = 0;
  absl::Time started;
  absl::Time blocked = absl::InfinitePast();           // InfinitePast: it never did
  absl::Duration patience = absl::InfiniteDuration();  // how long it may stay blocked

  bool has_blocked() const { return blocked != absl::InfinitePast(); }
};

void SetAnswer(int answer, v1::Outcome* outcome);
void SetTimes(const Turn& turn, absl::Time ended, v1::Outcome* outcome);
void SetTimestamp(absl::Time time, google::protobuf::Timestamp* timestamp);
void SetDuration(absl::Duration from, google::protobuf::Duration* duration);

// "ECONNREFUSED"; "E" and the number where glibc knows no name.
std::string ErrnoName(int number);

}  // namespace balcony::agent
