// Controllers and nurseries that are killed: nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <string>

#include "tests/fleet/fleets.h"
#include "tests/fleet/held_fleet.h"

namespace balcony::fleet {
namespace {

using testing::Ge;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr int kRandomMoments = 30;
constexpr size_t kControllerNurseryAndTwoAgents = 4;  // a sanitizer may add its own

class KilledController : public LocalFleet, public testing::WithParamInterface<const char*> {};

TEST_P(KilledController, LeavesNoProcess) {
  HeldFleet fleet(GetParam(), 2);
  ASSERT_THAT(fleet.ReadLine(), StartsWith("up "));
  EXPECT_THAT(fleet.Processes(), SizeIs(Ge(kControllerNurseryAndTwoAgents)));
  fleet.Kill();
  EXPECT_TRUE(fleet.IsGone());
}

TEST_P(KilledController, LeavesNoProcessAtAnyMoment) {
  std::mt19937 random(4711);
  std::uniform_int_distribution<int> milliseconds(0, 40);
  for (int i = 0; i < kRandomMoments; ++i) {
    HeldFleet fleet(GetParam(), 3);
    fleet.WaitForOutput(absl::Milliseconds(milliseconds(random)));
    fleet.Kill();
    ASSERT_TRUE(fleet.IsGone()) << "round " << i;
  }
}

TEST_P(KilledController, LeavesNobodyWithItsOutput) {
  HeldFleet fleet(GetParam(), 2);
  ASSERT_THAT(fleet.ReadLine(), StartsWith("up "));
  fleet.Kill();
  EXPECT_EQ(fleet.ReadLine(), "");  // the end of the pipe at once, for nobody else has it
}

TEST_P(KilledController, ThatLosesItsNurserySaysSo) {
  HeldFleet fleet(GetParam(), 2);
  const std::string up = fleet.ReadLine();
  ASSERT_THAT(up, StartsWith("up "));
  ASSERT_EQ(kill(std::stoi(up.substr(3)), SIGKILL), 0);
  EXPECT_THAT(fleet.ReadLine(),
              HasSubstr("the nursery of this run has ended: it was killed by signal 9"));
  EXPECT_TRUE(fleet.IsGone());
}

INSTANTIATE_TEST_SUITE_P(Fleets, KilledController, testing::Values("local", "loopback", "given"),
                         [](const auto& kind) { return std::string(kind.param); });

}  // namespace
}  // namespace balcony::fleet
