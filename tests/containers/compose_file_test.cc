#include "controller/containers/compose_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"
#include "tests/fleet/topologies.h"

namespace balcony::containers {
namespace {

using fleet::StatusIs;
using fleet::TopologyOf;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The topologies of the tests have a LAN's prefix without its last part.
script::Topology WithPrefixes(script::Topology topology, const std::vector<std::string>& prefixes) {
  for (size_t i = 0; i < prefixes.size(); ++i) topology.lans[i].prefix = prefixes[i];
  return topology;
}

script::Topology RomeoAndJuliet() {
  return WithPrefixes(fleet::RomeoAndJuliet(), {"10.10.0.0/24"});
}

TEST(ComposeFile, HasAServiceForEachHostAndANetworkForEachLan) {
  const auto text = ComposeFile(RomeoAndJuliet(), {});
  ASSERT_THAT(text, fleet::IsOk());
  EXPECT_THAT(*text, AllOf(HasSubstr("  romeo:\n    <<: *agent\n    hostname: romeo\n"),
                           HasSubstr("labels: {balcony.host: \"juliet\"}"),
                           HasSubstr("lan-1: {ipv4_address: \"10.10.0.101\"}"),
                           HasSubstr("internal: true")));
}

TEST(ComposeFile, LeavesTheGatewayAnAddressThatNoHostHas) {
  EXPECT_THAT(*ComposeFile(RomeoAndJuliet(), {}),
              HasSubstr("subnet: \"10.10.0.0/24\", gateway: \"10.10.0.254\""));
  EXPECT_THAT(
      *ComposeFile(WithPrefixes(TopologyOf({{"romeo", {"10.1.0.254/24"}}}), {"10.1.0.0/24"}), {}),
      HasSubstr("gateway: \"10.1.0.253\""));
}

TEST(ComposeFile, WantsRoomForTheGateway) {
  const auto topology = WithPrefixes(
      TopologyOf({{"romeo", {"10.1.0.1/30"}}, {"juliet", {"10.1.0.2/30"}}}), {"10.1.0.0/30"});
  EXPECT_THAT(ComposeFile(topology, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("10.1.0.0/30"), HasSubstr("shorter prefix"))));
}

TEST(ComposeFile, WantsAServiceOfItsOwnForEachHost) {
  auto topology = TopologyOf({{"client-1", {"10.1.0.1/24"}}, {"client[1]", {"10.1.0.2/24"}}});
  topology.hosts[1].base = "client";
  topology.hosts[1].number = 1;
  EXPECT_THAT(ComposeFile(WithPrefixes(topology, {"10.1.0.0/24"}), {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("client-1 and client[1] would both be the service client-1")));
}

TEST(ComposeFile, SaysWhatAContainerCannotHave) {
  const auto topology =
      WithPrefixes(TopologyOf({{"romeo", {"10.1.0.1/24", "10.1.0.2/24"}}}), {"10.1.0.0/24"});
  EXPECT_THAT(ComposeFile(topology, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("romeo"), HasSubstr("--fleet local"))));
}

TEST(ComposeFile, WithoutAddressesLeavesThemToDocker) {
  EXPECT_THAT(*ComposeFile(RomeoAndJuliet(), {.addresses = false}),
              AllOf(HasSubstr("lan-1: {}"), Not(HasSubstr("10.10.0"))));
}

TEST(ComposeFile, HasIpv6WhereALanIs) {
  const auto text =
      ComposeFile(WithPrefixes(TopologyOf({{"romeo", {"fd00::100/64"}}}), {"fd00::/64"}), {});
  ASSERT_THAT(text, fleet::IsOk());
  EXPECT_THAT(*text, AllOf(HasSubstr("ipv6_address: \"fd00::100\""), HasSubstr("enable_ipv6: true"),
                           HasSubstr("subnet: \"fd00::/64\"")));
}

TEST(ComposeFile, GivesOneCapabilityForRawSocketsAndElseNone) {
  EXPECT_THAT(*ComposeFile(RomeoAndJuliet(), {.raw = true}),
              AllOf(HasSubstr("cap_drop: [ALL]"), HasSubstr("cap_add: [NET_RAW]"),
                    HasSubstr("user: \"0:0\"")));
  EXPECT_THAT(*ComposeFile(RomeoAndJuliet(), {}),
              AllOf(HasSubstr("cap_drop: [ALL]"), Not(HasSubstr("cap_add"))));
}

TEST(ComposeFile, NamesAnArraysHosts) {
  auto topology = WithPrefixes(TopologyOf({{"client[2]", {"10.1.0.2/24"}}}), {"10.1.0.0/24"});
  topology.hosts[0].base = "client";
  topology.hosts[0].number = 2;
  topology.hosts[0].sysctls = {{"net.ipv4.tcp_ecn", 1}};
  EXPECT_THAT(*ComposeFile(topology, {}),
              AllOf(HasSubstr("  client-2:\n"), HasSubstr("balcony.host: \"client[2]\""),
                    HasSubstr("net.ipv4.tcp_ecn: \"1\"")));
}

}  // namespace
}  // namespace balcony::containers
