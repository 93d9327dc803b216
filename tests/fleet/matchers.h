// What the tests of the fleet say about statuses and about what became of calls.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"
#include "balcony/v1/session.pb.h"

namespace balcony::fleet {

inline const absl::Status& AsStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& AsStatus(const absl::StatusOr<T>& value) {
  return value.status();
}

// The outcome of whichever response it is.
const v1::Outcome& OutcomeOf(const v1::Done& done);

MATCHER(IsOk, "is ok") {
  *result_listener << AsStatus(arg).ToString();
  return AsStatus(arg).ok();
}

MATCHER_P2(StatusIs, code, message, "has the code, and a message that matches") {
  *result_listener << AsStatus(arg).ToString();
  return AsStatus(arg).code() == code &&
         testing::ExplainMatchResult(message, std::string(AsStatus(arg).message()),
                                     result_listener);
}

// The call was made, and the kernel did it.
MATCHER(Succeeds, "succeeds") {
  *result_listener << (arg.ok() ? arg->ShortDebugString() : arg.status().ToString());
  return arg.ok() && OutcomeOf(*arg).has_ok();
}

// The call was made, and the kernel answered with an error, for example "ECONNREFUSED".
MATCHER_P(FailsWith, name, "fails with an error of the kernel") {
  *result_listener << (arg.ok() ? arg->ShortDebugString() : arg.status().ToString());
  return arg.ok() && OutcomeOf(*arg).error().name() == name;
}

}  // namespace balcony::fleet
