#include "agent/denials.h"

#include <gtest/gtest.h>

namespace balcony::agent {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1000);

void TellBurst(Denials& denials, absl::Time now) {
  for (uint32_t i = 0; i < Denials::kBurst; ++i) EXPECT_EQ(denials.Tell(now), 0u);
}

TEST(Denials, FloodIsCutToABurstAndThenOneASecondThatCountsTheRest) {
  Denials denials;
  TellBurst(denials, kStart);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(denials.Tell(kStart), std::nullopt);
  EXPECT_EQ(denials.left_out(), 5u);
  const absl::Time later = kStart + absl::Seconds(1);
  EXPECT_EQ(denials.Tell(later), 5u);
  EXPECT_EQ(denials.left_out(), 0u);
  EXPECT_EQ(denials.Tell(later), std::nullopt);
}

TEST(Denials, QuietTimeGivesBackNoMoreThanABurst) {
  Denials denials;
  EXPECT_EQ(denials.Tell(kStart), 0u);
  const absl::Time later = kStart + absl::Hours(1);
  TellBurst(denials, later);
  EXPECT_EQ(denials.Tell(later), std::nullopt);
}

}  // namespace
}  // namespace balcony::agent
