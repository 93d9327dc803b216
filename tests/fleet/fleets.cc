#include "tests/fleet/fleets.h"

#include <gtest/gtest.h>

#include <utility>

#include "controller/fleet/local.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {

std::unique_ptr<Fleet> RaiseFleet(const script::Topology& topology) {
  absl::StatusOr<std::unique_ptr<Fleet>> fleet = MakeLocalFleet(topology, TheNursery());
  EXPECT_THAT(fleet, IsOk());
  return fleet.ok() ? *std::move(fleet) : nullptr;
}

void LocalFleet::SetUp() {
  static const absl::Status possible = MakeLocalFleet(RomeoAndJuliet(), TheNursery()).status();
  if (absl::IsPermissionDenied(possible)) GTEST_SKIP() << possible;
}

}  // namespace balcony::fleet
