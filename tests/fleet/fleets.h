// Fleets for tests, and the one nursery of the test program.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "controller/fleet/fleet.h"
#include "controller/fleet/nursery.h"
#include "tests/fleet/topologies.h"

namespace balcony::fleet {

// Started by main, before any thread.
Nursery& TheNursery();

// A local fleet; if there is none an exception ends the test, as a failed one.
std::unique_ptr<Fleet> RaiseFleet(const script::Topology& topology);

// Tests that need one; skipped where it is forbidden.
class LocalFleet : public testing::Test {
 protected:
  void SetUp() override;
};

// Two hosts up, and their agents.
struct Pair {
  explicit Pair(const script::Topology& topology = RomeoAndJuliet())
      : fleet(RaiseFleet(topology)) {}
  AgentLink& romeo() { return *fleet->hosts.at(0).agent; }
  AgentLink& juliet() { return *fleet->hosts.at(1).agent; }
  std::unique_ptr<Fleet> fleet;
};

inline constexpr char kRomeo[] = "10.10.0.100";
inline constexpr char kJuliet[] = "10.10.0.101";

}  // namespace balcony::fleet
