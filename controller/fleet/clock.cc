#include "controller/fleet/clock.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::fleet {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kRounds = 6;
constexpr absl::Duration kClockPatience = absl::Seconds(2);

absl::Time TimeOf(const google::protobuf::Timestamp& stamp) {
  return absl::FromUnixNanos(TimeUtil::TimestampToNanoseconds(stamp));
}

}  // namespace

absl::StatusOr<ClockReading> ReadClock(AgentLink& agent) {
  absl::Duration least = -absl::InfiniteDuration();
  absl::Duration most = absl::InfiniteDuration();
  for (int round = 0; round < kRounds; ++round) {
    v1::Call call;
    call.mutable_barrier();
    const absl::Time asked = absl::Now();
    const absl::StatusOr<v1::Done> done = Ask(agent, std::move(call), kClockPatience);
    const absl::Time answered = absl::Now();
    if (!done.ok()) return done.status();
    const v1::Outcome& outcome = done->barrier().outcome();
    const absl::Duration lower = TimeOf(outcome.ended()) - answered;
    const absl::Duration upper = TimeOf(outcome.started()) - asked;
    if (lower > most || upper < least) {  // somebody has set one of the clocks meanwhile
      least = lower;
      most = upper;
    } else {
      least = std::max(least, lower);
      most = std::min(most, upper);
    }
  }
  return ClockReading{(least + most) / 2, absl::AbsDuration(most - least) / 2};
}

}  // namespace balcony::fleet
