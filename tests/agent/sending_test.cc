#include <sys/eventfd.h>

#include <cerrno>
#include <memory>
#include <semaphore>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

// Receives until `bytes` have come, and gives how many were not `expected`.
uint64_t Drain(Host& host, const std::string& socket, uint64_t bytes, char expected) {
  uint64_t wrong = 0;
  for (uint64_t got = 0; got < bytes;) {
    const v1::Event event = host.Do("recv { socket: '$0' max_bytes: 1048576 }", socket);
    if (event.done().recv().data().empty()) return wrong + 1;
    for (const char byte : event.done().recv().data()) wrong += byte != expected ? 1 : 0;
    got += event.done().recv().data().size();
  }
  return wrong;
}

TEST(Sending, SendTellsHowManyBytes) {
  Host host;
  host.Connected();
  const v1::Event event = host.Do("send { socket: 'romeo' data { unit: 'But, soft!' } }");
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(event.done().send().bytes(), 10u);
}

TEST(Sending, BlockingSendOfTenMillionBytesReturnsTenMillion) {
  Host host;
  host.Connected();
  const uint64_t send = host.Start("send { socket: 'romeo' data { unit: 'x' count: 10000000 } }");
  EXPECT_EQ(Drain(host, "juliet", 10'000'000, 'x'), 0u);
  const v1::Event event = host.End(send);
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(event.done().send().bytes(), 10'000'000u);
}

TEST(Sending, RepeatedUnitsArriveInOrder) {
  Host host;
  host.Connected();
  const uint64_t send =
      host.Start("sendall { socket: 'romeo' data { unit: 'abc' count: 300000 } }");
  std::string all;
  while (all.size() < 900'000) {
    const v1::Event event = host.Do("recv { socket: 'juliet' max_bytes: 1000000 }");
    ASSERT_THAT(event, Succeeds());
    all += event.done().recv().data();
  }
  EXPECT_EQ(host.End(send).done().sendall().bytes(), 900'000u);
  for (size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], "abc"[i % 3]) << i;
}

TEST(Sending, DontwaitTakesAPartAndThenReportsEagain) {
  Host host;
  host.Connected();
  const v1::Event first =
      host.Do("send { socket: 'romeo' data { unit: 'x' count: 100000000 } flags: FLAG_DONTWAIT }");
  EXPECT_THAT(first, Succeeds());
  EXPECT_GT(first.done().send().bytes(), 0u);
  EXPECT_LT(first.done().send().bytes(), 100'000'000u);
  EXPECT_FALSE(OutcomeOf(first).has_blocked());
  v1::Event next = first;
  while (OutcomeOf(next).has_ok()) {
    next = host.Do(
        "send { socket: 'romeo' data { unit: 'x' count: 100000000 } flags: FLAG_DONTWAIT }");
  }
  EXPECT_THAT(next, FailsWith(EAGAIN));
}

TEST(Sending, SendallOnANonBlockingSocketEndsWithEagainAndItsCount) {
  Host host;
  host.Connected();
  host.Do("setblocking { socket: 'romeo' blocking: false }");
  const v1::Event event =
      host.Do("sendall { socket: 'romeo' data { unit: 'x' count: 100000000 } }");
  EXPECT_THAT(event, FailsWith(EAGAIN));
  EXPECT_GT(event.done().sendall().bytes(), 0u);
}

TEST(Sending, CancelledSendTellsWhatWasQueued) {
  Host host;
  host.Connected();
  const uint64_t send = host.Start("send { socket: 'romeo' data { unit: 'x' count: 100000000 } }");
  EXPECT_THAT(host.Next(send), Blocks());
  host.Do("cancel { id: $0 }", send);
  const v1::Event event = host.Next(send);
  EXPECT_THAT(event, IsCancelled("cancelled"));
  EXPECT_EQ(Drain(host, "juliet", event.done().send().bytes(), 'x'), 0u);
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 1 flags: FLAG_DONTWAIT }"),
              FailsWith(EAGAIN));
}

// A guest of the loop that keeps it from everything else until Go.
class Holdup final : public Loop::Guest {
 public:
  explicit Holdup(Host& host)
      : loop_(host.loop()),
        number_(loop_.Join(std::shared_ptr<Guest>(std::shared_ptr<Guest>(), this))) {
    loop_.Watch(number_, 1, ready_.get(), Direction::kIn);
    held_.acquire();
  }
  ~Holdup() override { loop_.Leave(number_); }
  void Go() { go_.release(); }

  void Ready(uint32_t) override {
    loop_.Unwatch(ready_.get());
    held_.release();
    go_.acquire();
  }
  void Expired(uint64_t) override {}
  void Settled(uint64_t) override {}

 private:
  Loop& loop_;
  const uint32_t number_;
  const Fd ready_{eventfd(1, EFD_CLOEXEC)};
  std::binary_semaphore held_{0};
  std::binary_semaphore go_{0};
};

TEST(Sending, DontwaitThatGivesWayGoesOnBeforeASendThatWaits) {
  Host host;
  host.Connected();
  const uint64_t first = host.Start("send { socket: 'romeo' data { unit: 'x' count: 30000000 } }");
  EXPECT_EQ(Drain(host, "juliet", 10'000'000, 'x'), 0u);  // the kernel's buffers grow
  Holdup holdup(host);
  for (v1::Event got;
       !(got = host.Do("recv { socket: 'juliet' max_bytes: 1048576 flags: FLAG_DONTWAIT }"))
            .done()
            .recv()
            .data()
            .empty();) {
  }
  constexpr char kDontwait[] =
      "send { socket: 'romeo' data { unit: 'y' count: 100000000 } flags: FLAG_DONTWAIT }";
  const uint64_t second = host.Start(kDontwait);
  const uint64_t third = host.Start(kDontwait);
  holdup.Go();
  const v1::Event ended = host.Next(second);
  EXPECT_GT(ended.done().send().bytes(), 1024u * 1024u);
  EXPECT_FALSE(OutcomeOf(ended).has_blocked());
  EXPECT_TRUE(host.Next(third).has_done());
  EXPECT_TRUE(host.Do("cancel { id: $0 }", first).done().cancel().found());
  EXPECT_THAT(host.End(first), IsCancelled("cancelled"));
}

TEST(Sending, SendWithoutConnectionReportsEpipe) {
  Host host;
  host.Tcp("sock");
  EXPECT_THAT(host.Do("send { socket: 'sock' data { unit: 'x' } }"), FailsWith(EPIPE));
}

TEST(Sending, SendAfterShutdownReportsEpipe) {
  Host host;
  host.Connected();
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"), FailsWith(EPIPE));
}

// As the kernel does: the count first, the error at the next call.
TEST(Sending, BlockingSendThatIsResetGivesItsCountAndLeavesTheError) {
  Host host;
  host.Connected();
  const uint64_t send = host.Start("send { socket: 'romeo' data { unit: 'x' count: 100000000 } }");
  EXPECT_THAT(host.Next(send), Blocks());
  host.Do("close { socket: 'juliet' }");  // with unread bytes: a reset
  const v1::Event event = host.Next(send);
  EXPECT_THAT(event, Succeeds());
  EXPECT_GT(event.done().send().bytes(), 0u);
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"), FailsWith(ECONNRESET));
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"), FailsWith(EPIPE));
}

TEST(Sending, SendallThatIsResetReportsTheErrorAndItsCount) {
  Host host;
  host.Connected();
  const uint64_t send =
      host.Start("sendall { socket: 'romeo' data { unit: 'x' count: 100000000 } }");
  EXPECT_THAT(host.Next(send), Blocks());
  host.Do("close { socket: 'juliet' }");
  const v1::Event event = host.Next(send);
  EXPECT_THAT(event, FailsWith(ECONNRESET));
  EXPECT_GT(event.done().sendall().bytes(), 0u);
}

TEST(Sending, EmptySendOnTcpSendsNothing) {
  Host host;
  host.Connected();
  const v1::Event event = host.Do("send { socket: 'romeo' data {} }");
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(event.done().send().bytes(), 0u);
  EXPECT_EQ(host.Queues("juliet").recv_queue(), 0u);
}

TEST(Sending, DatagramIsTooLongForTheKernelAbove65507Bytes) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  constexpr char kSendto[] =
      "sendto { socket: 'romeo' address { address: '127.0.0.1' port: $0 } data { unit: 'x' count: "
      "$1 } }";
  const v1::Event event = host.Do(kSendto, port, 65507);
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(event.done().sendto().bytes(), 65507u);
  EXPECT_THAT(host.Do(kSendto, port, 65508), FailsWith(EMSGSIZE));
}

TEST(Sending, UdpSendWithoutPeerReportsEdestaddrreq) {
  Host host;
  host.Udp("sock");
  EXPECT_THAT(host.Do("send { socket: 'sock' data { unit: 'x' } }"), FailsWith(EDESTADDRREQ));
}

TEST(Sending, RefusedDatagramIsReportedOnceOnAConnectedSocket) {
  Host host;
  const uint32_t port = host.BoundUdp("gone");
  host.Do("close { socket: 'gone' }");
  host.Udp("sock");
  host.Do("connect { socket: 'sock' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_THAT(host.Do("send { socket: 'sock' data { unit: 'x' } }"), Succeeds());
  EXPECT_THAT(host.Do("recv { socket: 'sock' max_bytes: 1 }"), FailsWith(ECONNREFUSED));
  EXPECT_THAT(host.Do("recv { socket: 'sock' max_bytes: 1 flags: FLAG_DONTWAIT }"),
              FailsWith(EAGAIN));
}

}  // namespace
}  // namespace balcony::agent
