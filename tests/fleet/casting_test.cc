#include "controller/fleet/casting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/fleet/fleets.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::UnorderedElementsAre;

v1::DescribeResponse AgentWith(const std::string& network,
                               const std::vector<std::string>& addresses) {
  v1::DescribeResponse description;
  description.set_network(network);
  v1::Interface* const interface = description.add_interfaces();
  interface->set_up(true);
  for (const std::string& address : addresses) interface->add_addresses()->set_address(address);
  return description;
}

TEST(LoopbackAddresses, AreUsableAndNeverTheSame) {
  LoopbackAddresses loopback;
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    const std::string address = loopback.Next();
    ASSERT_THAT(address, MatchesRegex("127\\.[0-9]+\\.[0-9]+\\.[0-9]+"));
    ASSERT_FALSE(address.ends_with(".0") || address.ends_with(".255")) << address;
    ASSERT_TRUE(seen.insert(address).second);
  }
  EXPECT_FALSE(seen.contains("127.0.0.1"));
}

TEST(LoopbackAddresses, LeaveOutThoseThatAreTaken) {
  LoopbackAddresses loopback;
  LoopbackAddresses ahead = loopback;
  const std::string first = ahead.Next();
  const std::string second = ahead.Next();
  loopback.LeaveOut({first, second});
  EXPECT_EQ(loopback.Next(), ahead.Next());
}

TEST(Casting, NobodyIsPlayedByAnExternalHostsAddress) {
  script::Topology topology = TopologyOf({{"romeo", {"10.10.0.100/24"}}});
  topology.externals.push_back({"web", {"172.17.0.9"}});
  const auto casting = CastOnAgents(topology, {AgentWith("a", {"172.17.0.9", "172.17.0.10"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->addresses, ElementsAre(ElementsAre("172.17.0.10")));
  EXPECT_THAT(CastOnAgents(topology, {AgentWith("a", {"172.17.0.9"})}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("its agent sees no other IPv4 address beyond loopback")));
}

TEST(Casting, OnLoopbackGivesEveryHostAnAddress) {
  const auto casting = CastOnLoopback(RomeoAndJuliet());
  ASSERT_THAT(casting, IsOk());
  const std::string romeo = casting->addresses[0][0];
  const std::string juliet = casting->addresses[1][0];
  EXPECT_THAT(casting->played, UnorderedElementsAre(testing::Pair("10.10.0.100", romeo),
                                                    testing::Pair("10.10.0.101", juliet)));
  EXPECT_THAT(casting->localhost,
              UnorderedElementsAre(testing::Pair("romeo", romeo), testing::Pair("juliet", juliet)));
}

TEST(Casting, OnLoopbackDiffersFromRunToRun) {
  EXPECT_NE(CastOnLoopback(RomeoAndJuliet())->played, CastOnLoopback(RomeoAndJuliet())->played);
}

TEST(Casting, OnLoopbackIsIpv4Only) {
  EXPECT_THAT(CastOnLoopback(TopologyOf({{"romeo", {"fd00::1/64"}}})),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("romeo has the IPv6 address fd00::1")));
}

TEST(Casting, KeepsADeclaredAddressThatTheAgentSees) {
  const auto casting =
      CastOnAgents(RomeoAndJuliet(), {AgentWith("a", {"127.0.0.1", "172.17.0.9", "10.10.0.100"}),
                                      AgentWith("b", {"127.0.0.1", "10.10.0.101"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->addresses,
              ElementsAre(ElementsAre("10.10.0.100"), ElementsAre("10.10.0.101")));
  EXPECT_THAT(casting->played, IsEmpty());
  EXPECT_THAT(casting->localhost, IsEmpty());
}

TEST(Casting, TakesTheAgentsOwnAddressOfTheFamily) {
  const auto casting = CastOnAgents(
      TopologyOf({{"romeo", {"10.10.0.100/24", "fd00::100/64"}}, {"juliet", {"10.10.0.101/24"}}}),
      {AgentWith("a", {"127.0.0.1", "::1", "fe80::1", "2001:db8::1", "172.17.0.2"}),
       AgentWith("b", {"127.0.0.1", "172.17.0.3"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->played, UnorderedElementsAre(testing::Pair("10.10.0.100", "172.17.0.2"),
                                                    testing::Pair("fd00::100", "2001:db8::1"),
                                                    testing::Pair("10.10.0.101", "172.17.0.3")));
}

v1::DescribeResponse AgentOf24s(const std::string& network,
                                const std::vector<std::string>& addresses) {
  v1::DescribeResponse description = AgentWith(network, addresses);
  for (auto& address : *description.mutable_interfaces(0)->mutable_addresses()) {
    address.set_prefix_length(24);
  }
  return description;
}

TEST(Casting, PutsTheHostsOfALanIntoOneNetwork) {
  const auto casting =
      CastOnAgents(RomeoAndJuliet(), {AgentOf24s("a", {"172.17.1.2", "172.17.2.2"}),
                                      AgentOf24s("b", {"172.17.3.3", "172.17.2.3"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->apart, IsEmpty());
  EXPECT_THAT(casting->addresses,
              ElementsAre(ElementsAre("172.17.2.2"), ElementsAre("172.17.2.3")));
}

TEST(Casting, PutsEachLanIntoANetworkOfItsOwn) {
  const auto topology = TopologyOf({{"romeo", {"10.1.0.1/24"}},
                                    {"nurse", {"10.1.0.2/24", "10.2.0.2/24"}},
                                    {"juliet", {"10.2.0.1/24"}}});
  const auto casting = CastOnAgents(
      topology, {AgentOf24s("a", {"172.17.2.3"}), AgentOf24s("b", {"172.17.1.4", "172.17.2.4"}),
                 AgentOf24s("c", {"172.17.1.5"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->addresses,
              ElementsAre(ElementsAre("172.17.2.3"), ElementsAre("172.17.2.4", "172.17.1.4"),
                          ElementsAre("172.17.1.5")));
}

TEST(Casting, TakesTheNetworkOfAnAddressThatIsKept) {
  const auto casting =
      CastOnAgents(RomeoAndJuliet(), {AgentOf24s("a", {"172.17.2.2", "10.10.0.7"}),
                                      AgentOf24s("b", {"172.17.2.3", "10.10.0.101"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->addresses,
              ElementsAre(ElementsAre("10.10.0.7"), ElementsAre("10.10.0.101")));
}

TEST(Casting, TakesTheFirstWhereNoNetworkIsCommon) {
  const auto casting = CastOnAgents(
      RomeoAndJuliet(),
      {AgentOf24s("a", {"172.17.1.2", "172.17.2.2"}), AgentOf24s("b", {"172.17.3.3"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->apart, ElementsAre(0));
  EXPECT_THAT(casting->addresses,
              ElementsAre(ElementsAre("172.17.1.2"), ElementsAre("172.17.3.3")));
}

TEST(Casting, SaysWhichHostHasNoAddressToPlayWith) {
  EXPECT_THAT(CastOnAgents(RomeoAndJuliet(), {AgentWith("a", {"127.0.0.1", "172.17.0.2"}),
                                              AgentWith("b", {"127.0.0.1", "fe80::1"})}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("nothing on juliet")));
}

TEST(Casting, UsesLoopbackWhereAllAgentsShareOneStack) {
  const auto casting = CastOnAgents(
      RomeoAndJuliet(), {AgentWith("a", {"172.17.0.2"}), AgentWith("a", {"172.17.0.2"})});
  ASSERT_THAT(casting, IsOk());
  EXPECT_THAT(casting->played.at("10.10.0.100"), testing::StartsWith("127."));
  EXPECT_THAT(casting->localhost.at("juliet"), testing::StartsWith("127."));
}

TEST(Casting, GivesNoAddressToTwoHosts) {
  const auto topology = TopologyOf({{"romeo", {"10.10.0.100/24"}},
                                    {"juliet", {"10.10.0.101/24"}},
                                    {"nurse", {"10.10.0.102/24"}}});
  EXPECT_THAT(
      CastOnAgents(topology, {AgentWith("a", {"172.17.0.2"}), AgentWith("a", {"172.17.0.2"}),
                              AgentWith("b", {"172.17.0.3"})}),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no other IPv4")));
}

}  // namespace
}  // namespace balcony::fleet
