// recv(…, until=…) of agent/receiving.cc: what is taken, and what stays in the kernel.
#include <cerrno>
#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

// Enough to be taken before the delimiter has come.
const std::string kMuch(20'000, 'm');

TEST(ReceivingUntil, TakesTheDelimiterAndNothingBehindIt) {
  Host host;
  host.Connected();
  Send(host, "one, two, three");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 99 until: ', ' }")), "one, ");
  EXPECT_EQ(host.Queues("juliet").recv_queue(), 10u);
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 99 until: ', ' }")), "two, ");
}

TEST(ReceivingUntil, FindsADelimiterThatIsSplit) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 99 until: '--end--' }");
  for (const char* part : {"text-", "-en", "d-", "-rest"}) Send(host, part);
  EXPECT_EQ(DataOf(host.End(recv)), "text--end--");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 99 }")), "rest");
}

TEST(ReceivingUntil, EndsWithLessAtMaxBytes) {
  Host host;
  host.Connected();
  Send(host, "0123456789");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 4 until: '9' }")), "0123");
}

TEST(ReceivingUntil, EndsWithLessAtTheEndOfTheStream) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 99 until: 'X' }");
  Send(host, "abc");
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  const v1::Event event = host.End(recv);
  EXPECT_EQ(DataOf(event), "abc");
  EXPECT_FALSE(event.done().recv().end_of_stream());
  EXPECT_TRUE(
      host.Do("recv { socket: 'juliet' max_bytes: 99 until: 'X' }").done().recv().end_of_stream());
}

TEST(ReceivingUntil, TakesALineLongerThanTheReceiveBuffer) {
  Host host;
  host.Connected();
  const uint64_t send = host.Start("send { socket: 'romeo' data { unit: 'x' count: 1000000 } }");
  const uint64_t rest = host.Start("send { socket: 'romeo' data { unit: '--end--?' } }");
  const v1::Event event = host.Do(
      "patience { seconds: 9 } recv { socket: 'juliet' max_bytes: 1048576 until: '--end--' }");
  EXPECT_TRUE(OutcomeOf(event).has_ok());
  EXPECT_EQ(DataOf(event).size(), 1'000'007u);
  EXPECT_TRUE(DataOf(event) == std::string(1'000'000, 'x') + "--end--");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 9 }")), "?");
  EXPECT_THAT(host.End(send), Succeeds());
  EXPECT_THAT(host.End(rest), Succeeds());
}

TEST(ReceivingUntil, ThatTimesOutHasTakenNothing) {
  Host host;
  host.Connected();
  Send(host, "abcX");
  host.WaitForRecvQueue("juliet", 4);
  const v1::Event event =
      host.Do("patience { nanos: 1000000 } recv { socket: 'juliet' max_bytes: 9 until: 'XY' }");
  EXPECT_THAT(event, TimesOut());
  EXPECT_EQ(DataOf(event), "");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 9 }")), "abcX");
}

TEST(ReceivingUntil, ThatTimesOutGivesWhatItTook) {
  Host host;
  host.Connected();
  Send(host, kMuch);
  const v1::Event event = host.Do(
      "patience { nanos: 100000000 } recv { socket: 'juliet' max_bytes: 99999 until: 'X' }");
  EXPECT_THAT(event, TimesOut());
  EXPECT_EQ(DataOf(event), kMuch);
}

TEST(ReceivingUntil, CountsWhatItTookForMaxBytes) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 20002 until: 'X' }");
  Send(host, kMuch);
  host.WaitForRecvQueue("juliet", 0);
  Send(host, "defX");
  EXPECT_EQ(DataOf(host.End(recv)), kMuch + "de");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 9 until: 'X' }")), "fX");
}

TEST(ReceivingUntil, ThatIsResetGivesWhatCameAndLeavesTheError) {
  Host host;
  host.Connected();
  Send(host, "unread");  // so that juliet's close is a reset
  const uint64_t recv = host.Start("recv { socket: 'romeo' max_bytes: 99999 until: 'X' }");
  host.Do("send { socket: 'juliet' data { unit: '" + kMuch + "' } }");
  host.WaitForRecvQueue("romeo", 0);
  host.WaitForRecvQueue("juliet", 6);
  host.Do("close { socket: 'juliet' }");
  EXPECT_EQ(DataOf(host.End(recv)), kMuch);
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(ECONNRESET));
}

TEST(ReceivingUntil, OnANonBlockingSocketTakesNothingBeforeItsTime) {
  Host host;
  host.Connected();
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 3);
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 9 until: 'X' flags: FLAG_DONTWAIT }"),
              FailsWith(EAGAIN));
  EXPECT_EQ(host.Queues("juliet").recv_queue(), 3u);
}

}  // namespace
}  // namespace balcony::agent
