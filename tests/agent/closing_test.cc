#include "agent/closing.h"

#include <cerrno>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/options.h"

namespace balcony::agent {
namespace {

constexpr char kLong[] = "linger { onoff: true linger: 3600 }";

// "romeo" is connected and has sent more than "juliet", who does not read, has room for; it
// lingers.
void Unacknowledged(Host& host, const char* linger) {
  host.Connected();
  host.Do("setblocking { socket: 'romeo' blocking: false }");
  const auto sent = [&] {
    return OutcomeOf(host.Do("send { socket: 'romeo' data { unit: 'x' count: 10000000 } }"))
        .has_ok();
  };
  while (sent()) {
  }
  EXPECT_THAT(Setsockopt(host, "romeo", "SO_LINGER", linger), Succeeds());
}

// Reads all that romeo sent; true if the stream then ended.
bool ReadsToTheEnd(Host& host) {
  for (;;) {
    const v1::Event event = host.Do("recv { socket: 'juliet' max_bytes: 1000000 }");
    if (DataOf(event).empty()) return event.done().recv().end_of_stream();
  }
}

TEST(Closing, TakesItsTimeWhenThePeerIsSilent) {
  Host host;
  Unacknowledged(host, "linger { onoff: true linger: 1 }");
  const uint64_t close = host.Start(kClose, "romeo");
  EXPECT_THAT(host.Next(close), Blocks());
  EXPECT_EQ(host.State("romeo"), v1::STATE_FIN_WAIT_1);
  const v1::Event end = host.Next(close);
  EXPECT_THAT(end, Succeeds());
  const auto& outcome = end.done().close().outcome();
  const int64_t took = (outcome.ended().seconds() - outcome.started().seconds()) * 1000 +
                       (outcome.ended().nanos() - outcome.started().nanos()) / 1'000'000;
  EXPECT_GE(took, 1000);
  EXPECT_LT(took, 2000);
  // What was not sent yet goes on in the kernel.
  EXPECT_TRUE(ReadsToTheEnd(host));
}

TEST(Closing, EndsOnceThePeerHasAcknowledgedAll) {
  Host host;
  Unacknowledged(host, kLong);
  const uint64_t close = host.Start(kClose, "romeo");
  EXPECT_THAT(host.Next(close), Blocks());
  EXPECT_TRUE(ReadsToTheEnd(host));
  EXPECT_THAT(host.Next(close), Succeeds());
  EXPECT_EQ(host.State("romeo"), v1::STATE_FIN_WAIT_2);
}

TEST(Closing, HoldsNobodyElse) {
  Host host;
  Unacknowledged(host, kLong);
  const uint64_t close = host.Start(kClose, "romeo");
  EXPECT_THAT(host.Next(close), Blocks());
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), 1u);
  // To its session the socket is closed.
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"),
              Refuses(v1::REFUSAL_CODE_FAILED_PRECONDITION, "socket"));
  host.Tcp("romeo");
  EXPECT_THAT(host.Do(kClose, "romeo"), Succeeds());
}

TEST(Closing, GivenUpLeavesTheRestToTheKernel) {
  Host host;
  Unacknowledged(host, kLong);
  EXPECT_THAT(host.Do("patience { nanos: 1 } close { socket: 'romeo' }"), TimesOut());
  EXPECT_EQ(host.State("romeo"), v1::STATE_FIN_WAIT_1);
  EXPECT_TRUE(ReadsToTheEnd(host));
  Host other;
  Unacknowledged(other, kLong);
  const uint64_t close = other.Start(kClose, "romeo");
  EXPECT_TRUE(other.Do("cancel { id: $0 }", close).done().cancel().found());
  EXPECT_THAT(other.End(close), IsCancelled("cancelled"));
  EXPECT_TRUE(ReadsToTheEnd(other));
}

TEST(Closing, ResetOfThePeerEndsIt) {
  Host host;
  Unacknowledged(host, kLong);
  const uint64_t close = host.Start(kClose, "romeo");
  EXPECT_THAT(host.Next(close), Blocks());
  EXPECT_THAT(host.Do("close { socket: 'juliet' }"), Succeeds());  // with data that it has not read
  EXPECT_THAT(host.Next(close), Succeeds());
  EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
}

TEST(Closing, DoesNotBlockWhereNothingIsWaitedFor) {
  Host host;
  host.Connected();
  host.Tcp("fresh");
  for (const char* name : {"romeo", "door", "fresh"}) Setsockopt(host, name, "SO_LINGER", kLong);
  // What is not read makes the close a reset.
  host.Do("send { socket: 'juliet' data { unit: 'x' } }");
  host.WaitForRecvQueue("romeo", 1);
  for (const char* name : {"romeo", "door", "fresh"}) {
    const v1::Event first = host.Next(host.Start("close { socket: '$0' }", name));
    EXPECT_THAT(first, Succeeds()) << name;
  }
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 1 }"), FailsWith(ECONNRESET));
}

TEST(Closing, OfADuplicateDoesNotBlock) {
  Host host;
  Unacknowledged(host, kLong);
  EXPECT_THAT(host.Do("dup { socket: 'romeo' duplicate: 'again' }"), Succeeds());
  EXPECT_THAT(host.Next(host.Start(kClose, "romeo")), Succeeds());
  EXPECT_EQ(Getsockopt(host, "again", "SO_LINGER"), kLong);
  EXPECT_EQ(host.State("again"), v1::STATE_ESTABLISHED);
  EXPECT_THAT(host.Next(host.Start("close { socket: 'again' }")), Blocks());
}

TEST(Closing, EndOfTheSessionDoesNotWait) {
  const auto start = std::chrono::steady_clock::now();
  {
    Host open;
    Unacknowledged(open, kLong);
    Host closing;
    Unacknowledged(closing, kLong);
    EXPECT_THAT(closing.Next(closing.Start(kClose, "romeo")), Blocks());
    closing.session().End();
    open.session().End();
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience);
}

TEST(Closing, IsRefusedWhereNoMoreCallsMayBlock) {
  Host host({.blocked_calls_per_session = 1});
  Unacknowledged(host, kLong);
  const uint64_t recv = host.Start("accept { socket: 'door' connection: 'c' }");
  EXPECT_THAT(host.Next(recv), Blocks());
  EXPECT_THAT(host.Do(kClose, "romeo"), Refuses(v1::REFUSAL_CODE_RESOURCE_EXHAUSTED, ""));
  EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
  host.Do("cancel { id: $0 }", recv);
  EXPECT_THAT(host.Next(host.Start(kClose, "romeo")), Blocks());
}

}  // namespace
}  // namespace balcony::agent
