// Agents that are lost in the middle of a call.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/fleet/calls.h"
#include "tests/fleet/fleets.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::HasSubstr;

std::shared_ptr<PendingCall> BlockedRecv(AgentLink& agent) {
  EXPECT_THAT(Do(agent, Udp("sock")), Succeeds());
  EXPECT_THAT(Do(agent, Bind("sock", "0.0.0.0", 4000)), Succeeds());
  return DoBlocked(agent, Recvfrom("sock", 100));
}

TEST_F(LocalFleet, SaysWhichSignalKilledAnAgent) {
  Pair pair;
  const std::shared_ptr<PendingCall> recv = BlockedRecv(pair.juliet());
  ASSERT_EQ(kill(pair.fleet->processes[1]->pid(), SIGKILL), 0);
  ASSERT_TRUE(recv->WaitUntilEnded(kPatience));
  const auto lost = StatusIs(absl::StatusCode::kUnavailable,
                             HasSubstr("the agent of juliet is lost: killed by signal 9 (Killed)"));
  EXPECT_THAT(recv->result(), lost);
  EXPECT_THAT(pair.juliet().status(), lost);
  EXPECT_THAT(Do(pair.juliet(), Tcp("late")), lost);
  EXPECT_EQ(pair.juliet().blocked_calls(), 0);
  EXPECT_THAT(pair.romeo().status(), IsOk());
  EXPECT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
}

TEST_F(LocalFleet, NoticesAnAgentThatIsStopped) {
  Pair pair;
  const std::shared_ptr<PendingCall> recv = BlockedRecv(pair.juliet());
  ASSERT_EQ(kill(pair.fleet->processes[1]->pid(), SIGSTOP), 0);
  ASSERT_TRUE(recv->WaitUntilEnded(absl::Seconds(10)));
  EXPECT_THAT(recv->result(), StatusIs(absl::StatusCode::kUnavailable,
                                       HasSubstr("it stopped answering; its process is stopped")));
}

TEST_F(LocalFleet, EndsWhileAnAgentIsStopped) {
  Pair pair;
  const std::shared_ptr<PendingCall> recv = BlockedRecv(pair.juliet());
  ASSERT_EQ(kill(pair.fleet->processes[1]->pid(), SIGSTOP), 0);
  pair.fleet.reset();
  EXPECT_TRUE(recv->ended());
}

TEST_F(LocalFleet, EndsEveryCallOfAThousandWhenAnAgentDies) {
  Pair pair;
  ASSERT_THAT(Do(pair.juliet(), Udp("sock")), Succeeds());
  ASSERT_THAT(Do(pair.juliet(), Bind("sock", "0.0.0.0", 4000)), Succeeds());
  std::vector<std::shared_ptr<PendingCall>> calls;
  for (int i = 0; i < 1000; ++i) {
    calls.push_back(pair.juliet().Start(Recvfrom("sock", 100)));
    if (i == 700) kill(pair.fleet->processes[1]->pid(), SIGKILL);
  }
  for (const auto& call : calls) {
    ASSERT_TRUE(call->WaitUntilEnded(kPatience));
    EXPECT_TRUE(absl::IsUnavailable(call->result().status()));
  }
}

TEST_F(LocalFleet, StaysUpAndSilentWhenNothingHappensForSeconds) {
  Pair pair(TopologyOf({{"romeo", {"10.10.0.100/24", "fd00::100/64"}},
                        {"juliet", {"10.10.0.101/24", "fd00::101/64"}}}));
  const std::shared_ptr<PendingCall> recv = BlockedRecv(pair.juliet());
  EXPECT_FALSE(recv->WaitUntilEnded(absl::Seconds(5)));  // through several pings
  EXPECT_THAT(pair.juliet().status(), IsOk());
  EXPECT_EQ(pair.fleet->wire->Drain(), 0U);
}

}  // namespace
}  // namespace balcony::fleet
