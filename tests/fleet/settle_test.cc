// A step sees the whole effect of the one before (docs/decisions/006).
#include <gtest/gtest.h>

#include "tests/fleet/calls.h"
#include "tests/fleet/fleets.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

constexpr int kTimes = 2000;

TEST_F(LocalFleet, SettlesUntilAConnectionWaitsAtItsListener) {
  Pair pair;
  ListenOn(pair.juliet(), kJuliet, 4000);
  for (int i = 0; i < kTimes; ++i) {
    ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
    ASSERT_THAT(Do(pair.romeo(), Connect("sock", kJuliet, 4000)), Succeeds());
    ASSERT_THAT(pair.fleet->Settle(), IsOk());
    const absl::StatusOr<v1::Done> queues = Do(pair.juliet(), Queues("door"));
    ASSERT_THAT(queues, Succeeds());
    ASSERT_EQ(queues->queues().queues().recv_queue(), 1U) << "try " << i;
    ASSERT_THAT(Do(pair.juliet(), Accept("door", "conn")), Succeeds());
    ASSERT_THAT(Do(pair.juliet(), Close("conn")), Succeeds());
    ASSERT_THAT(Do(pair.romeo(), Close("sock")), Succeeds());
  }
}

TEST_F(LocalFleet, SettlesUntilABlockedCallHasTold) {
  Pair pair;
  ListenOn(pair.juliet(), kJuliet, 4000);
  ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
  ASSERT_THAT(Do(pair.romeo(), Connect("sock", kJuliet, 4000)), Succeeds());
  ASSERT_THAT(Do(pair.juliet(), Accept("door", "conn")), Succeeds());
  for (int i = 0; i < kTimes; ++i) {
    const std::shared_ptr<PendingCall> recv = DoBlocked(pair.juliet(), Recv("conn", 100));
    ASSERT_THAT(Do(pair.romeo(), Sendall("sock", "Juliet!", 1)), Succeeds());
    ASSERT_THAT(pair.fleet->Settle(), IsOk());
    ASSERT_TRUE(recv->ended()) << "try " << i;
    ASSERT_EQ(recv->result()->recv().data(), "Juliet!");
  }
}

TEST_F(LocalFleet, SettlesAlthoughACallGoesOnBlocking) {
  Pair pair;
  ASSERT_THAT(Do(pair.juliet(), Udp("sock")), Succeeds());
  ASSERT_THAT(Do(pair.juliet(), Bind("sock", kJuliet, 4000)), Succeeds());
  const std::shared_ptr<PendingCall> recv = DoBlocked(pair.juliet(), Recvfrom("sock", 100));
  EXPECT_EQ(pair.juliet().blocked_calls(), 1);
  EXPECT_THAT(pair.fleet->Settle(), IsOk());
  EXPECT_TRUE(recv->blocked());
  EXPECT_FALSE(recv->ended());
  EXPECT_THAT(Do(pair.juliet(), Close("sock")), Succeeds());
  EXPECT_TRUE(recv->WaitUntilEnded(kPatience));
  EXPECT_THAT(Do(pair.juliet(), State("sock")), Succeeds());  // told after it was counted
  EXPECT_EQ(pair.juliet().blocked_calls(), 0);
}

TEST_F(LocalFleet, SettlesAfterALongTransferThatFillsTheReceiver) {
  Pair pair;
  ListenOn(pair.juliet(), kJuliet, 4000);
  ASSERT_THAT(Do(pair.romeo(), Tcp("sock")), Succeeds());
  ASSERT_THAT(Do(pair.romeo(), Connect("sock", kJuliet, 4000)), Succeeds());
  const auto sending = DoBlocked(pair.romeo(), Sendall("sock", std::string(1000, 'x'), 1000000));
  EXPECT_THAT(pair.fleet->Settle(), IsOk());
  EXPECT_FALSE(sending->ended());
  EXPECT_EQ(pair.fleet->wire->dropped(), 0U);
}

}  // namespace
}  // namespace balcony::fleet
