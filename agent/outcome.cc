#include "agent/outcome.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace balcony::agent {

void SetAnswer(int answer, v1::Outcome* outcome) {
  if (answer == 0) {
    outcome->mutable_ok();
    return;
  }
  outcome->mutable_error()->set_number(answer);
  outcome->mutable_error()->set_name(ErrnoName(answer));
}

void SetTimes(const Turn& turn, absl::Time ended, v1::Outcome* outcome) {
  SetTimestamp(turn.started, outcome->mutable_started());
  if (turn.has_blocked()) {
    SetTimestamp(turn.blocked, outcome->mutable_blocked());
  }
  SetTimestamp(ended, outcome->mutable_ended());
}

void SetTimestamp(absl::Time time, google::protobuf::Timestamp* timestamp) {
  const int64_t nanos = absl::ToUnixNanos(time);
  timestamp->set_seconds(nanos / kNanosPerSecond);
  timestamp->set_nanos(static_cast<int32_t>(nanos % kNanosPerSecond));
}

void SetDuration(absl::Duration from, google::protobuf::Duration* duration) {
  duration->set_seconds(absl::IDivDuration(from, absl::Seconds(1), &from));
  duration->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(from)));
}

std::string ErrnoName(int number) {
  const char* name = strerrorname_np(number);
  return name != nullptr ? std::string(name) : absl::StrCat("E", number);
}

}  // namespace balcony::agent
