#include "controller/run/clocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include "tests/fleet/fake_agent.h"
#include "tests/fleet/matchers.h"

namespace balcony::run {
namespace {

using google::protobuf::util::TimeUtil;
using testing::ElementsAre;
using testing::IsEmpty;

// Its clock is `ahead`, and its answers take a millisecond, half of it on the way back.
fleet::FleetHost HostAhead(const std::string& name, absl::Duration ahead) {
  const auto stamp = [ahead](absl::Duration later) {
    return TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(absl::Now() + ahead + later));
  };
  auto agent = std::make_unique<fleet::FakeAgent>(v1::DescribeResponse(), [stamp](const v1::Call&) {
    v1::Done done;
    v1::Outcome& outcome = *done.mutable_barrier()->mutable_outcome();
    // A call that took longer than its answer: the bounds are a millisecond apart.
    *outcome.mutable_started() = stamp(absl::Microseconds(500));
    *outcome.mutable_ended() = stamp(absl::Microseconds(-500));
    return done;
  });
  return {name, {}, std::move(agent)};
}

class ClocksTest : public testing::Test {
 protected:
  ClocksTest() {
    fleet_.hosts.push_back(HostAhead("romeo", absl::ZeroDuration()));
    fleet_.hosts.push_back(HostAhead("juliet", absl::Seconds(10)));
    report_.add_hosts()->set_name("romeo");
    report_.add_hosts()->set_name("juliet");
  }

  // By the host's clock, and by the controller's; milliseconds.
  void Step(const std::string& host, int64_t started, int64_t asked, int64_t known) {
    v1::StepReport& step = *report_.add_steps();
    step.set_host(host);
    *step.mutable_started() = TimeUtil::MillisecondsToTimestamp(started);
    *step.mutable_asked() = TimeUtil::MillisecondsToDuration(asked);
    *step.mutable_known() = TimeUtil::MillisecondsToDuration(known);
  }

  void Tell() {
    Clocks clocks;
    ASSERT_THAT(clocks.Read(fleet_), fleet::IsOk());
    ASSERT_THAT(clocks.Read(fleet_), fleet::IsOk());
    clocks.Tell(report_);
  }

  fleet::Fleet fleet_;
  v1::FileReport report_;
};

TEST_F(ClocksTest, AreToldAtTheStartAndAtTheEnd) {
  Tell();
  for (const auto& reading : {report_.hosts(1).clock_at_start(), report_.hosts(1).clock_at_end()}) {
    EXPECT_NEAR(static_cast<double>(TimeUtil::DurationToMilliseconds(reading.offset())), 10'000,
                100);
    EXPECT_GT(TimeUtil::DurationToNanoseconds(reading.error()), 0);
  }
}

TEST_F(ClocksTest, DecideTheOrderOfStepsThatAreFarApart) {
  Step("romeo", 1'000, 0, 900);
  Step("juliet", 11'400, 0, 900);
  Tell();
  EXPECT_THAT(report_.steps(1).order_undecided(), IsEmpty());
}

TEST_F(ClocksTest, LeaveStepsUndecidedThatAreWithinTheError) {
  Step("romeo", 1'000, 0, 900);
  Step("juliet", 11'000, 0, 900);
  Step("juliet", 11'000, 0, 900);
  Tell();
  EXPECT_THAT(report_.steps(0).order_undecided(), IsEmpty());
  EXPECT_THAT(report_.steps(1).order_undecided(), ElementsAre(0));
  EXPECT_THAT(report_.steps(2).order_undecided(),
              ElementsAre(0));  // of one host there is one clock
}

TEST_F(ClocksTest, AreNotAskedWhereTheControllerWaited) {
  Step("romeo", 1'000, 0, 1);
  Step("juliet", 11'000, 1, 2);
  Tell();
  EXPECT_THAT(report_.steps(1).order_undecided(), IsEmpty());
}

TEST_F(ClocksTest, OfThisMachineAreOne) {
  fleet_.on_this_machine = true;
  Step("romeo", 1'000, 0, 900);
  Step("juliet", 1'000, 0, 900);
  Tell();
  EXPECT_FALSE(report_.hosts(0).has_clock_at_start());
  EXPECT_THAT(report_.steps(1).order_undecided(), IsEmpty());
}

}  // namespace
}  // namespace balcony::run
