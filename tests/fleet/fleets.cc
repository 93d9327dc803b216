#include "tests/fleet/fleets.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>

#include "controller/fleet/local.h"

namespace balcony::fleet {

std::unique_ptr<Fleet> RaiseFleet(const script::Topology& topology) {
  absl::StatusOr<std::unique_ptr<Fleet>> fleet = MakeLocalFleet(topology, TheNursery());
  if (!fleet.ok()) throw std::runtime_error(fleet.status().ToString());
  return *std::move(fleet);
}

void LocalFleet::SetUp() {
  static const absl::Status possible = MakeLocalFleet(RomeoAndJuliet(), TheNursery()).status();
  if (absl::IsPermissionDenied(possible)) GTEST_SKIP() << possible;
}

}  // namespace balcony::fleet
