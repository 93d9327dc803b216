#include "agent/session.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

TEST(Session, CancelEndsABlockedCallAndLeavesTheSocket) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start(kRecv, "juliet", 9);
  const v1::Event cancel = host.Do("cancel { id: $0 }", recv);
  EXPECT_TRUE(cancel.done().cancel().found());
  EXPECT_THAT(host.End(recv), IsCancelled("cancelled"));
  host.Do(kSend, "romeo", "x");
  EXPECT_EQ(host.Do(kRecv, "juliet", 9).done().recv().data(), "x");
}

TEST(Session, CancelOfNothingFindsNothing) {
  Host host;
  const v1::Event cancel = host.Do("cancel { id: 77 }");
  EXPECT_THAT(cancel, Succeeds());
  EXPECT_FALSE(cancel.done().cancel().found());
}

TEST(Session, PatienceRunsOut) {
  Host host;
  host.Connected();
  const uint64_t recv =
      host.Start("patience { nanos: 20000000 } recv { socket: 'juliet' max_bytes: 9 }");
  EXPECT_THAT(host.Next(recv), Blocks());
  EXPECT_THAT(host.Next(recv), TimesOut());
}

TEST(Session, PatiencesRunOutInTheirOwnOrder) {
  Host host;
  host.Connected();
  const uint64_t later =
      host.Start("patience { nanos: 60000000 } recv { socket: 'juliet' max_bytes: 9 }");
  const uint64_t sooner =
      host.Start("patience { nanos: 10000000 } recv { socket: 'romeo' max_bytes: 9 }");
  EXPECT_THAT(host.End(sooner), TimesOut());
  EXPECT_THAT(host.End(later), TimesOut());
}

TEST(Session, CloseEndsItsParkedCallsFirst) {
  Host host;
  host.Connected();
  const uint64_t one = host.Start(kRecv, "juliet", 9);
  const uint64_t two = host.Start(kRecv, "juliet", 9);
  const uint64_t close = host.Start("close { socket: 'juliet' }");
  EXPECT_THAT(host.End(one), IsCancelled("closed"));
  EXPECT_THAT(host.End(two), IsCancelled("closed"));
  EXPECT_THAT(host.End(close), Succeeds());
  EXPECT_EQ(host.recorder().Order().back(), absl::Substitute("$0 done", close));
}

TEST(Session, CallsOfOneDirectionGoInOrder) {
  Host host;
  host.Connected();
  std::vector<uint64_t> receives;
  for (int i = 0; i < 20; ++i) receives.push_back(host.Start(kRecv, "juliet", 1));
  host.Do(kSend, "romeo", "abcdefghijklmnopqrst");
  for (size_t i = 0; i < receives.size(); ++i) {
    EXPECT_EQ(host.End(receives[i]).done().recv().data(),
              std::string(1, static_cast<char>('a' + i)));
  }
}

TEST(Session, DirectionsDoNotWaitForEachOther) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start(kRecv, "juliet", 9);
  EXPECT_THAT(host.Next(recv), Blocks());
  EXPECT_THAT(host.Do(kSend, "juliet", "x"), Succeeds());
}

TEST(Session, CancelledCallLetsTheNextInLineGoOn) {
  Host host;
  host.Connected();
  const uint64_t until = host.Start("recv { socket: 'juliet' max_bytes: 9 until: 'X' }");
  const uint64_t recv = host.Start(kRecv, "juliet", 9);
  host.Do(kSend, "romeo", "abc");
  host.WaitForRecvQueue("juliet", 3);
  host.Do("cancel { id: $0 }", until);
  EXPECT_EQ(host.End(recv).done().recv().data(), "abc");
}

TEST(Session, BarrierTellsHowManyAreBlocked) {
  Host host;
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), 0u);
  host.Connected();
  host.Start(kRecv, "juliet", 9);
  host.Start(kRecv, "romeo", 9);
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), 2u);
}

TEST(Session, BarrierComesAfterAllThatWasReady) {
  Host host;
  host.Connected();
  for (int i = 0; i < 2000; ++i) {
    const uint64_t recv = host.Start(kRecv, "juliet", 9);
    host.Do(kSend, "romeo", "x");
    const uint64_t barrier = host.Start("barrier {}");
    EXPECT_EQ(host.End(barrier).done().barrier().blocked(), 0u);
    EXPECT_THAT(host.End(recv), Succeeds());
    EXPECT_EQ(host.recorder().Order().back(), absl::Substitute("$0 done", barrier));
  }
}

TEST(Session, TenThousandCallsWaitAtOnceAndAreCancelled) {
  constexpr int kCalls = 10'000;
  Host host;
  host.Connected();
  std::vector<uint64_t> ids;
  for (int i = 0; i < kCalls; ++i)
    ids.push_back(host.Start(kRecv, i % 2 == 0 ? "romeo" : "juliet", 1));
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), uint32_t{kCalls});
  const size_t before = host.recorder().Count();
  for (const uint64_t id : ids) {
    ASSERT_TRUE(host.Do("cancel { id: $0 }", id).done().cancel().found());
    ASSERT_THAT(host.End(id), IsCancelled("cancelled"));
  }
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), 0u);
  EXPECT_EQ(host.recorder().Count(), before + 2 * kCalls + 1);  // one end for each
}

TEST(Session, BlockedCallsPerSessionIsALimit) {
  Host host({.blocked_calls_per_session = 2});
  host.Connected();
  host.Start(kRecv, "juliet", 1);
  host.Start(kRecv, "juliet", 1);
  EXPECT_THAT(host.Do(kRecv, "juliet", 1), Refuses(v1::REFUSAL_CODE_RESOURCE_EXHAUSTED, ""));
}

TEST(Session, CallsThatCannotBlockAreMadeAtTheLimit) {
  Host host({.blocked_calls_per_session = 1});
  host.Connected();
  host.Start(kRecv, "juliet", 1);
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 1 flags: FLAG_DONTWAIT }"),
              FailsWith(EAGAIN));
  EXPECT_THAT(host.Do("send { socket: 'juliet' data { unit: 'x' } flags: FLAG_DONTWAIT }"),
              Succeeds());
  EXPECT_THAT(host.Do(kRecv, "nobody", 1), Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket"));
}

TEST(Session, CallThatTheKernelWillNotLetWaitIsRefused) {
  Host host;
  host.Connected();
  {
    MutexLock lock(host.session().mutex());
    // Watched already: epoll_ctl(2) answers EEXIST.
    const auto juliet = host.session().sockets().OpenNamed("juliet");
    ASSERT_EQ(host.loop().Watch(0, 9, (*juliet)->socket.descriptor(), Direction::kOut), 0);
  }
  EXPECT_THAT(host.Do(kRecv, "juliet", 1), Refuses(v1::REFUSAL_CODE_RESOURCE_EXHAUSTED, ""));
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), 0u);
}

TEST(Session, EndClosesTheSocketsAndDropsTheCalls) {
  Host host;
  host.Connected();
  Host other;
  const uint64_t recv = host.Start(kRecv, "juliet", 9);
  EXPECT_THAT(host.Next(recv), Blocks());
  const uint32_t port =
      host.Do("getsockname { socket: 'door' }").done().getsockname().local().port();
  const size_t events = host.recorder().Count();
  host.session().End();
  other.Tcp("sock");
  EXPECT_THAT(
      other.Do("connect { socket: 'sock' address { address: '127.0.0.1' port: $0 } }", port),
      FailsWith(ECONNREFUSED));
  EXPECT_EQ(host.recorder().Count(), events);
}

TEST(Session, ParkedCallsDoNotKeepTheLoopBusy) {
  Host host;
  host.Connected();
  host.BoundUdp("udp");
  host.Tcp("fresh");
  host.Start("recv { socket: 'juliet' max_bytes: 9 until: 'X' }");
  host.Start(kRecv, "udp", 9);
  host.Start("accept { socket: 'door' connection: 'c' }");
  host.Do(kSend, "romeo", "part");
  host.WaitForRecvQueue("juliet", 4);
  host.Do("barrier {}");
  const uint64_t before = host.loop().wakeups();
  const uint64_t idle =
      host.Start("patience { nanos: 200000000 } recv { socket: 'romeo' max_bytes: 9 }");
  EXPECT_THAT(host.End(idle), TimesOut());
  EXPECT_LE(host.loop().wakeups() - before, 5u);
}

// A random life: calls, cancels, deadlines and closes, and exactly one end for each call.
class RandomLife {
 public:
  explicit RandomLife(uint32_t seed) : random_(seed) {
    host_.Connected();
    closed_port_ = host_.BoundTcp("deaf");
    host_.Tcp("lone");
  }

  void Step() {
    const char* socket = Pick(2) == 0 ? "romeo" : "juliet";
    switch (Pick(10)) {
      case 0:
        Begin(absl::Substitute(
            "patience { nanos: $0 } recv { socket: '$1' max_bytes: 4 flags: FLAG_WAITALL }",
            Pick(2'000'000), socket));
        break;
      case 1:
        Begin(absl::Substitute(kRecv, socket, 1 + Pick(3)));
        break;
      case 2:
        Begin(absl::Substitute(kSend, socket, "xyz"));
        break;
      case 3:
        Begin(absl::Substitute("cancel { id: $0 }",
                               begun_.empty() ? 1 : begun_[Pick(begun_.size())]));
        break;
      case 4:
        Begin("barrier {}");
        break;
      case 5:
        Begin(absl::Substitute(
            "connect { socket: 'lone' address { address: '127.0.0.1' port: $0 } }", closed_port_));
        break;
      case 6:
        Begin(absl::Substitute("recv { socket: 'lone' max_bytes: 1 $0 }",
                               Pick(2) == 0 ? "flags: FLAG_DONTWAIT" : ""));
        break;
      case 7:
        Begin("shutdown { socket: 'lone' how: HOW_RDWR }");
        break;
      case 8:
        Begin(absl::Substitute("recv { socket: '$0' max_bytes: 9 until: 'zx' }", socket));
        break;
      default:
        Begin(absl::Substitute("patience { nanos: $0 } accept { socket: 'door' connection: 'c$1' }",
                               Pick(2'000'000), begun_.size()));
    }
  }

  // Closes what the calls wait for and counts the ends of each.
  void Check() {
    for (const char* socket : {"romeo", "juliet", "door", "lone"})
      host_.Do("close { socket: '$0' }", socket);
    for (const uint64_t id : begun_) host_.End(id);
    std::map<std::string, int> blocked;
    std::map<std::string, int> ended;
    for (const std::string& event : host_.recorder().Order()) {
      const auto space = event.find(' ');
      const std::string id = event.substr(0, space);
      const bool last = event.substr(space + 1) != "blocked";
      EXPECT_EQ(++(last ? ended : blocked)[id], 1) << event;
    }
    for (const uint64_t id : begun_) EXPECT_EQ(ended[std::to_string(id)], 1) << id;
  }

 private:
  uint64_t Pick(uint64_t below) { return random_() % below; }
  void Begin(const std::string& text) { begun_.push_back(host_.Start(ToCall(text))); }

  Host host_;
  std::mt19937 random_;
  uint32_t closed_port_ = 0;
  std::vector<uint64_t> begun_;
};

TEST(Session, EveryCallEndsExactlyOnce) {
  for (const uint32_t seed : {1u, 2u, 3u, 4u}) {
    SCOPED_TRACE(seed);
    RandomLife life(seed);
    for (int i = 0; i < 3000; ++i) life.Step();
    life.Check();
  }
}

}  // namespace
}  // namespace balcony::agent
