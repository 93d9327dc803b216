// A fleet as large as a lecture hall.
#include <gtest/gtest.h>

#include "tests/fleet/calls.h"
#include "tests/fleet/fleets.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
constexpr int kHosts = 30;  // an instrumented agent is ten times as large
#else
constexpr int kHosts = 200;
#endif

TEST_F(LocalFleet, OfManyHostsConnectsFirstAndLast) {
  const std::unique_ptr<Fleet> fleet = RaiseFleet(ManyHosts(kHosts));
  ASSERT_EQ(fleet->hosts.size(), static_cast<size_t>(kHosts));
  AgentLink& first = *fleet->hosts.front().agent;
  AgentLink& last = *fleet->hosts.back().agent;
  ListenOn(last, fleet->hosts.back().addresses[0], 4000);
  ASSERT_THAT(Do(first, Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(first, Connect("sock", fleet->hosts.back().addresses[0], 4000)), Succeeds());
  EXPECT_THAT(fleet->Settle(), IsOk());
  for (const FleetHost& host : fleet->hosts) EXPECT_THAT(host.agent->status(), IsOk());
}

TEST_F(LocalFleet, OfManyHostsCarriesABroadcastToAll) {
  const std::unique_ptr<Fleet> fleet = RaiseFleet(ManyHosts(10));
  std::vector<std::shared_ptr<PendingCall>> receiving;
  for (size_t i = 1; i < fleet->hosts.size(); ++i) {
    AgentLink& agent = *fleet->hosts[i].agent;
    ASSERT_THAT(Do(agent, Udp("sock")), Succeeds());
    ASSERT_THAT(Do(agent, Bind("sock", "0.0.0.0", 4000)), Succeeds());
    receiving.push_back(DoBlocked(agent, Recvfrom("sock", 100)));
  }
  // An address that nobody knows yet is asked for by a broadcast: it reaches all, and each of the
  // others is silent.
  AgentLink& speaker = *fleet->hosts[0].agent;
  ASSERT_THAT(Do(speaker, Udp("sock")), Succeeds());
  ASSERT_THAT(Do(speaker, Sendto("sock", "Juliet?", fleet->hosts[3].addresses[0], 4000)),
              Succeeds());
  ASSERT_THAT(fleet->Settle(), IsOk());
  for (size_t i = 0; i < receiving.size(); ++i) EXPECT_EQ(receiving[i]->ended(), i == 2);
  EXPECT_EQ(fleet->wire->Drain(), 3U);  // who has, is at, the datagram
}

}  // namespace
}  // namespace balcony::fleet
