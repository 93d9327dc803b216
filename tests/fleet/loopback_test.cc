// Hosts that share this machine's network.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/fleet/local.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/fleets.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::HasSubstr;

TEST(LoopbackFleet, ConnectsByTheAddressesThatTakeTheirPlace) {
  const auto fleet = MakeLoopbackFleet(RomeoAndJuliet(), TheNursery(), {});
  ASSERT_THAT(fleet, IsOk());
  EXPECT_EQ((*fleet)->kind, "loopback");
  EXPECT_THAT((*fleet)->notice, HasSubstr("10.10.0.101 is played by 127."));
  EXPECT_EQ((*fleet)->wire, nullptr);
  AgentLink& romeo = *(*fleet)->hosts[0].agent;
  AgentLink& juliet = *(*fleet)->hosts[1].agent;
  const std::string address = (*fleet)->played.at("10.10.0.101");
  ListenOn(juliet, address, 4000);
  ASSERT_THAT(Do(romeo, Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(romeo, Connect("sock", address, 4000)), Succeeds());
  EXPECT_THAT((*fleet)->Settle(), IsOk());
}

TEST(LoopbackFleet, AgentsDoNotChangeASharedNetwork) {
  const auto fleet = MakeLoopbackFleet(RomeoAndJuliet(), TheNursery(), {});
  ASSERT_THAT(fleet, IsOk());
  EXPECT_THAT(Do(*(*fleet)->hosts[0].agent, SetSysctl("net.ipv4.tcp_ecn", "1")),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("--own-network")));
}

TEST(LoopbackFleet, CanBeMadeAgainAtOnceOnTheSamePort) {
  for (int i = 0; i < 5; ++i) {
    const auto fleet = MakeLoopbackFleet(RomeoAndJuliet(), TheNursery(), {});
    ASSERT_THAT(fleet, IsOk());
    AgentLink& romeo = *(*fleet)->hosts[0].agent;
    ASSERT_THAT(Do(romeo, Tcp("sock")), Succeeds());
    ASSERT_THAT(Do(romeo, Bind("sock", (*fleet)->hosts[0].addresses[0], 4000)), Succeeds());
  }
}

TEST(LoopbackFleet, IsIpv4Only) {
  EXPECT_THAT(MakeLoopbackFleet(TopologyOf({{"romeo", {"fd00::1/64"}}}), TheNursery(), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("IPv4 only")));
}

TEST(LoopbackFleet, CannotSetParametersOfASharedNetwork) {
  script::Topology topology = RomeoAndJuliet();
  topology.hosts[0].sysctls.push_back({"net.ipv4.tcp_ecn", 1});
  EXPECT_THAT(
      MakeLoopbackFleet(topology, TheNursery(), {}),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("net.ipv4.tcp_ecn of romeo")));
}

}  // namespace
}  // namespace balcony::fleet
