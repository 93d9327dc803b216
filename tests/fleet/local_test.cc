// Hosts in namespaces, joined by the wire.
#include "controller/fleet/local.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/fleets.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What eth0 of a process's network dropped, either way: columns 4 and 12 of proc_net_dev(5).
uint64_t FramesDropped(int pid) {
  std::ifstream devices(absl::StrCat("/proc/", pid, "/net/dev"));
  std::string line;
  while (std::getline(devices, line)) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipEmpty());
    if (words.size() > 12 && words[0] == "eth0:")
      return std::stoull(words[4]) + std::stoull(words[12]);
  }
  ADD_FAILURE() << "no eth0 in the network of " << pid;
  return 0;
}

TEST_F(LocalFleet, HasTheTopologysHostsAndAddresses) {
  const std::unique_ptr<Fleet> fleet = RaiseFleet(RomeoAndJuliet());
  ASSERT_EQ(fleet->hosts.size(), 2U);
  EXPECT_EQ(fleet->kind, "local");
  EXPECT_EQ(fleet->notice, "");
  EXPECT_EQ(fleet->hosts[1].name, "juliet");
  EXPECT_THAT(fleet->hosts[1].addresses, ElementsAre(kJuliet));
  EXPECT_TRUE(fleet->played.empty());
  EXPECT_TRUE(fleet->localhost.empty());
}

TEST_F(LocalFleet, AgentsMayChangeTheirOwnNetworks) {
  Pair pair;
  EXPECT_THAT(Do(pair.juliet(), SetSysctl("net.ipv4.tcp_ecn", "1")), Succeeds());
}

TEST_F(LocalFleet, ConnectsOverTheWire) {
  Pair pair;
  ListenOn(pair.juliet(), kJuliet, 4000);
  ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
  ASSERT_THAT(Do(pair.romeo(), Connect("sock", kJuliet, 4000)), Succeeds());
  ASSERT_THAT(pair.fleet->Settle(), IsOk());
  const absl::StatusOr<v1::Done> accepted = Do(pair.juliet(), Accept("door", "conn"));
  ASSERT_THAT(accepted, Succeeds());
  EXPECT_EQ(accepted->accept().peer().address(), kRomeo);
  const absl::StatusOr<v1::Done> state = Do(pair.romeo(), State("sock"));
  ASSERT_THAT(state, Succeeds());
  EXPECT_EQ(state->state().state(), v1::STATE_ESTABLISHED);
}

TEST_F(LocalFleet, RefusesAConnectionToNobody) {
  Pair pair;
  ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(pair.romeo(), Connect("sock", kJuliet, 4000)), FailsWith("ECONNREFUSED"));
  EXPECT_THAT(Do(pair.romeo(), Connect("sock", "10.99.0.1", 4000)), FailsWith("ENETUNREACH"));
}

TEST_F(LocalFleet, CarriesTenMegabytesWithoutADroppedFrame) {
  Pair pair;
  ListenOn(pair.juliet(), kJuliet, 4000);
  ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
  ASSERT_THAT(Do(pair.romeo(), Connect("sock", kJuliet, 4000)), Succeeds());
  ASSERT_THAT(Do(pair.juliet(), Accept("door", "conn")), Succeeds());
  const auto sending = pair.romeo().Start(Sendall("sock", "0123456789", 1000000));
  for (size_t left = 10000000; left > 0;) {
    const absl::StatusOr<v1::Done> part = Do(pair.juliet(), Recv("conn", 1 << 20));
    ASSERT_THAT(part, Succeeds());
    ASSERT_FALSE(part->recv().data().empty());
    left -= part->recv().data().size();
  }
  ASSERT_TRUE(sending->WaitUntilEnded(kPatience));
  EXPECT_THAT(sending->result(), Succeeds());
  EXPECT_EQ(pair.fleet->wire->dropped(), 0U);
  for (const auto& process : pair.fleet->processes) EXPECT_EQ(FramesDropped(process->pid()), 0U);
}

TEST_F(LocalFleet, IsSilentUntilSomebodySpeaks) {
  Pair pair;
  ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
  ASSERT_THAT(Do(pair.romeo(), Bind("sock", kRomeo, 4000)), Succeeds());
  EXPECT_EQ(pair.fleet->wire->Drain(), 0U);
}

TEST_F(LocalFleet, CanGiveOneInterfaceSeveralAddressesOfBothFamilies) {
  script::Topology topology = TopologyOf(
      {{"romeo",
        {"10.10.0.100/24", "10.10.0.110/24", "fd00::100/64", "fd00::1:0:100/64", "fd00::110/64"}},
       {"juliet", {"10.10.0.101/24"}}});
  for (script::HostAddress& address : topology.hosts[0].addresses) address.lan = 0;
  Pair pair(topology);
  for (const char* address : {"10.10.0.100", "10.10.0.110"}) {
    ASSERT_THAT(Do(pair.romeo(), Tcp(address)), Succeeds());
    EXPECT_THAT(Do(pair.romeo(), Bind(address, address, 4000)), Succeeds());
  }
  for (const char* address : {"fd00::100", "fd00::1:0:100", "fd00::110"}) {
    ASSERT_THAT(Do(pair.romeo(), Tcp6(address)), Succeeds());
    EXPECT_THAT(Do(pair.romeo(), Bind(address, address, 4000)), Succeeds());
  }
}

TEST_F(LocalFleet, HasIpv6AddressesThatCanBeBoundAtOnce) {
  Pair pair(TopologyOf({{"romeo", {"fd00::100/64"}}, {"juliet", {"fd00::101/64"}}}));
  ListenOn(pair.juliet(), "fd00::101", 4000);
  ASSERT_THAT(Do(pair.romeo(), Tcp6("sock")), Succeeds());
  EXPECT_THAT(Do(pair.romeo(), Connect("sock", "fd00::101", 4000)), Succeeds());
}

TEST_F(LocalFleet, HasALoopbackOfItsOwnOnEveryHost) {
  Pair pair;
  for (AgentLink* agent : {&pair.romeo(), &pair.juliet()}) {
    ListenOn(*agent, "127.0.0.1", 4000);
    ASSERT_THAT(Do(*agent, Tcp6("sock")), Succeeds());
    EXPECT_THAT(Do(*agent, Bind("sock", "::1", 4000)), Succeeds());
  }
}

TEST_F(LocalFleet, KeepsTwoLansApart) {
  const std::unique_ptr<Fleet> fleet =
      RaiseFleet(TopologyOf({{"romeo", {"10.10.0.100/24"}},
                             {"nurse", {"10.10.0.1/24", "10.20.0.1/24"}},
                             {"juliet", {"10.20.0.101/24"}}}));
  AgentLink& romeo = *fleet->hosts[0].agent;
  AgentLink& nurse = *fleet->hosts[1].agent;
  AgentLink& juliet = *fleet->hosts[2].agent;
  ListenOn(nurse, "0.0.0.0", 4000);
  ASSERT_THAT(Do(romeo, Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(romeo, Connect("sock", "10.10.0.1", 4000)), Succeeds());
  ASSERT_THAT(Do(juliet, Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(juliet, Connect("sock", "10.20.0.1", 4000)), Succeeds());
  ASSERT_THAT(Do(juliet, Tcp("stranger")), Succeeds());
  EXPECT_THAT(Do(juliet, Connect("stranger", "10.10.0.100", 4000)), FailsWith("ENETUNREACH"));
}

TEST_F(LocalFleet, AppliesSysctlsToTheHostThatHasThem) {
  script::Topology topology = RomeoAndJuliet();
  topology.hosts[1].sysctls.push_back({"net.ipv4.ip_local_port_range_", 0});
  EXPECT_THAT(MakeLocalFleet(topology, TheNursery()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no host for juliet")));
  topology.hosts[1].sysctls = {{"kernel.pid_max", 99}};
  EXPECT_THAT(
      MakeLocalFleet(topology, TheNursery()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("only parameters under net.")));
  topology.hosts[1].sysctls = {{"net.ipv4.ip_default_ttl", 4711}};
  EXPECT_THAT(MakeLocalFleet(topology, TheNursery()),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("no host for juliet: sysctl net.ipv4.ip_default_ttl = 4711: the "
                                 "kernel refuses it: Invalid argument")));
  topology.hosts[1].sysctls = {{"net.ipv4.ip_default_ttl", 7}, {"net.ipv4.ip_nonlocal_bind", 1}};
  Pair pair(topology);
  ASSERT_THAT(Do(pair.juliet(), Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(pair.juliet(), Bind("sock", "10.77.0.1", 4000)), Succeeds());
  ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(pair.romeo(), Bind("sock", "10.77.0.1", 4000)), FailsWith("EADDRNOTAVAIL"));
}

TEST_F(LocalFleet, CanBeMadeAgainAndAgain) {
  for (int i = 0; i < 20; ++i) {
    Pair pair;
    ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
    ASSERT_THAT(Do(pair.romeo(), Bind("sock", kRomeo, 4000)), Succeeds());
  }
}

}  // namespace
}  // namespace balcony::fleet
