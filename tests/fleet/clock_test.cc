#include "controller/fleet/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include "tests/fleet/fake_agent.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

google::protobuf::Timestamp StampOf(absl::Time time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(time));
}

// Answers by a clock that is so far ahead.
FakeAgent Ahead(std::function<absl::Duration()> offset) {
  return FakeAgent({}, [offset = std::move(offset)](const v1::Call&) {
    v1::Done done;
    v1::Outcome& outcome = *done.mutable_barrier()->mutable_outcome();
    *outcome.mutable_started() = StampOf(absl::Now() + offset());
    *outcome.mutable_ended() = StampOf(absl::Now() + offset());
    return done;
  });
}

TEST(Clock, LiesWithinItsError) {
  for (const absl::Duration offset : {absl::Seconds(-3), absl::ZeroDuration(), absl::Hours(5)}) {
    FakeAgent agent = Ahead([&] { return offset; });
    const auto reading = ReadClock(agent);
    ASSERT_THAT(reading, IsOk());
    EXPECT_LE(absl::AbsDuration(reading->offset - offset), reading->error);
    EXPECT_LT(reading->error, absl::Seconds(1));
  }
}

TEST(Clock, ThatIsSetMeanwhileIsReadAnew) {
  int rounds = 0;
  FakeAgent agent = Ahead([&] { return absl::Hours(++rounds > 3 ? 2 : 1); });
  const auto reading = ReadClock(agent);
  ASSERT_THAT(reading, IsOk());
  EXPECT_LE(absl::AbsDuration(reading->offset - absl::Hours(2)), reading->error);
}

TEST(Clock, OfALostAgentIsUnknown) {
  FakeAgent agent({}, [](const v1::Call&) { return absl::UnavailableError("it is lost"); });
  EXPECT_THAT(ReadClock(agent), StatusIs(absl::StatusCode::kUnavailable, "it is lost"));
}

}  // namespace
}  // namespace balcony::fleet
