#include <cerrno>
#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

TEST(Receiving, RecvOnAListenerReportsEnotconn) {
  Host host;
  host.Listening("door");
  EXPECT_THAT(host.Do("recv { socket: 'door' max_bytes: 1024 }"), FailsWith(ENOTCONN));
}

TEST(Receiving, RecvBlocksUntilThereIsData) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 1024 }");
  EXPECT_THAT(host.Next(recv), Blocks());
  Send(host, "It is my lady");
  const v1::Event event = host.Next(recv);
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(DataOf(event), "It is my lady");
  EXPECT_TRUE(OutcomeOf(event).has_blocked());
}

TEST(Receiving, RecvTakesNoMoreThanAsked) {
  Host host;
  host.Connected();
  Send(host, "0123456789");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 4 }")), "0123");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 100 }")), "456789");
}

TEST(Receiving, RecvOfNothingIsNoEndOfStream) {
  Host host;
  host.Connected();
  Send(host, "x");
  const v1::Event event = host.Do("recv { socket: 'juliet' max_bytes: 0 }");
  EXPECT_THAT(event, Succeeds());
  EXPECT_FALSE(event.done().recv().end_of_stream());
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 1 }")), "x");
}

TEST(Receiving, EndOfStream) {
  Host host;
  host.Connected();
  Send(host, "adieu");
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  EXPECT_FALSE(host.Do("recv { socket: 'juliet' max_bytes: 9 }").done().recv().end_of_stream());
  for (int i = 0; i < 2; ++i) {
    const v1::Event event = host.Do("recv { socket: 'juliet' max_bytes: 9 }");
    EXPECT_THAT(event, Succeeds());
    EXPECT_TRUE(event.done().recv().end_of_stream());
  }
}

TEST(Receiving, ResetIsReportedOnceAndThenTheEnd) {
  Host host;
  host.Connected();
  Send(host, "unread");
  host.WaitForRecvQueue("juliet", 6);
  host.Do("close { socket: 'juliet' }");
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(ECONNRESET));
  EXPECT_TRUE(host.Do("recv { socket: 'romeo' max_bytes: 9 }").done().recv().end_of_stream());
}

TEST(Receiving, DontwaitReportsEagain) {
  Host host;
  host.Connected();
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 1 flags: FLAG_DONTWAIT }"),
              FailsWith(EAGAIN));
  host.Do("setblocking { socket: 'juliet' blocking: false }");
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 1 }"), FailsWith(EAGAIN));
}

TEST(Receiving, WaitallWaitsForAll) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 6 flags: FLAG_WAITALL }");
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 0);
  Send(host, "defg");
  EXPECT_EQ(DataOf(host.End(recv)), "abcdef");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 6 }")), "g");
}

TEST(Receiving, WaitallEndsWithLessAtTheEndOfTheStream) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 6 flags: FLAG_WAITALL }");
  Send(host, "abc");
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  const v1::Event event = host.End(recv);
  EXPECT_EQ(DataOf(event), "abc");
  EXPECT_FALSE(event.done().recv().end_of_stream());
  EXPECT_TRUE(host.Do("recv { socket: 'juliet' max_bytes: 6 flags: FLAG_WAITALL }")
                  .done()
                  .recv()
                  .end_of_stream());
}

TEST(Receiving, WaitallThatTimesOutGivesWhatCame) {
  Host host;
  host.Connected();
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 3);
  const v1::Event event = host.Do(
      "patience { nanos: 1000000 } recv { socket: 'juliet' max_bytes: 6 flags: FLAG_WAITALL }");
  EXPECT_THAT(event, TimesOut());
  EXPECT_EQ(DataOf(event), "abc");
}

TEST(Receiving, WaitallThatIsResetGivesWhatCameAndLeavesTheError) {
  Host host;
  host.Connected();
  Send(host, "unread");  // so that juliet's close is a reset
  const uint64_t recv = host.Start("recv { socket: 'romeo' max_bytes: 6 flags: FLAG_WAITALL }");
  host.Do("send { socket: 'juliet' data { unit: 'abc' } }");
  host.WaitForRecvQueue("romeo", 0);
  host.WaitForRecvQueue("juliet", 6);
  host.Do("close { socket: 'juliet' }");
  EXPECT_EQ(DataOf(host.End(recv)), "abc");
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(ECONNRESET));
}

TEST(Receiving, RecvfromTellsWhoSent) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  const uint32_t from = host.BoundUdp("romeo");
  host.Do(
      "sendto { socket: 'romeo' address { address: '127.0.0.1' port: $0 } data { unit: 'Hi' } }",
      port);
  const v1::RecvfromResponse got =
      host.Do("recvfrom { socket: 'juliet' max_bytes: 99 }").done().recvfrom();
  EXPECT_EQ(got.data(), "Hi");
  EXPECT_EQ(got.address().port(), from);
  EXPECT_FALSE(got.end_of_stream());
}

TEST(Receiving, EmptyDatagramIsNoEnd) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  host.Do("sendto { socket: 'romeo' address { address: '127.0.0.1' port: $0 } data {} }", port);
  const v1::Event event = host.Do("recvfrom { socket: 'juliet' max_bytes: 99 }");
  EXPECT_THAT(event, Succeeds());
  EXPECT_FALSE(event.done().recvfrom().end_of_stream());
  EXPECT_TRUE(event.done().recvfrom().has_address());
}

TEST(Receiving, WhatIsLeftOfADatagramIsLost) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  Send(host, "0123456789");
  Send(host, "next");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 4 }")), "0123");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 4 }")), "next");
}

TEST(Receiving, RecvfromOnTcpNamesNobody) {
  Host host;
  host.Connected();
  Send(host, "x");
  const v1::Event event = host.Do("recvfrom { socket: 'juliet' max_bytes: 9 }");
  EXPECT_EQ(event.done().recvfrom().data(), "x");
  EXPECT_FALSE(event.done().recvfrom().has_address());
}

// The kernel wakes a blocked recv with 0 bytes, although the shutdown itself fails.
TEST(Receiving, ShutdownOfUdpEndsABlockedRecv) {
  Host host;
  host.BoundUdp("sock");
  const uint64_t recv = host.Start("recv { socket: 'sock' max_bytes: 9 }");
  EXPECT_THAT(host.Next(recv), Blocks());
  EXPECT_THAT(host.Do("shutdown { socket: 'sock' how: HOW_RD }"), FailsWith(ENOTCONN));
  const v1::Event event = host.Next(recv);
  EXPECT_THAT(event, Succeeds());
  EXPECT_FALSE(event.done().recv().end_of_stream());
}

}  // namespace
}  // namespace balcony::agent
