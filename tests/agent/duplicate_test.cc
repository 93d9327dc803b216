// dup, and connect with AF_UNSPEC.
#include <cerrno>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

constexpr char kDup[] = "dup { socket: '$0' duplicate: '$1' }";
constexpr char kDisconnect[] = "disconnect { socket: '$0' }";

TEST(Dup, ConnectionEndsWithItsLastName) {
  Host host;
  host.Connected();
  EXPECT_THAT(host.Do(kDup, "romeo", "again"), Succeeds());
  EXPECT_THAT(host.Do("close { socket: 'romeo' }"), Succeeds());
  EXPECT_EQ(host.State("again"), v1::STATE_ESTABLISHED);
  EXPECT_THAT(host.Do("send { socket: 'again' data { unit: 'x' } }"), Succeeds());
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 9 }")), "x");
  EXPECT_THAT(host.Do("close { socket: 'again' }"), Succeeds());
  EXPECT_TRUE(host.Do("recv { socket: 'juliet' max_bytes: 9 }").done().recv().end_of_stream());
}

TEST(Dup, BlockingIsOneForAllNames) {
  Host host;
  host.Connected();
  host.Do(kDup, "romeo", "again");
  host.Do("setblocking { socket: 'again' blocking: false }");
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(EAGAIN));
  host.Do("close { socket: 'again' }");
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(EAGAIN));
}

TEST(Dup, WhatOneNameConnectsTheOtherOnesTell) {
  Host host;
  const uint32_t port = host.Listening("door");
  host.Tcp("romeo");
  host.Do(kDup, "romeo", "again");
  EXPECT_THAT(host.Do(kConnect, "again", port), Succeeds());
  EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
  EXPECT_THAT(host.Do(kConnect, "romeo", port), FailsWith(EISCONN));
}

TEST(Dup, ClosingOneNameLeavesTheCallsOfTheOthers) {
  Host host;
  host.Connected();
  host.Do(kDup, "romeo", "again");
  const uint64_t stays = host.Start("recv { socket: 'again' max_bytes: 9 }");
  EXPECT_THAT(host.Next(stays), Blocks());
  const uint64_t ends = host.Start("recv { socket: 'romeo' max_bytes: 9 }");
  EXPECT_THAT(host.Next(ends), Blocks());
  EXPECT_THAT(host.Do("close { socket: 'romeo' }"), Succeeds());
  EXPECT_THAT(host.Next(ends), IsCancelled("closed"));
  host.Do("send { socket: 'juliet' data { unit: 'x' } }");
  EXPECT_EQ(DataOf(host.Next(stays)), "x");
}

TEST(Dup, ClosedNameKeepsWhatItWas) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  host.Do(kConnect, "romeo", port);
  host.Do(kDup, "romeo", "again");
  host.Do("close { socket: 'romeo' }");
  host.Do(kDisconnect, "again");
  EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
  EXPECT_EQ(host.State("again"), v1::STATE_UNCONN);
}

TEST(Dup, IsRefusedWithoutASocketOrANameForIt) {
  Host host;
  host.Tcp("sock");
  host.Tcp("taken");
  EXPECT_THAT(host.Do(kDup, "nobody", "d"), Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket"));
  EXPECT_THAT(host.Do(kDup, "sock", ""), Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "duplicate"));
  EXPECT_THAT(host.Do(kDup, "sock", "taken"),
              Refuses(v1::REFUSAL_CODE_ALREADY_EXISTS, "duplicate"));
  Host small({.sockets_per_session = 1});
  small.Tcp("sock");
  EXPECT_THAT(small.Do(kDup, "sock", "d"),
              Refuses(v1::REFUSAL_CODE_RESOURCE_EXHAUSTED, "duplicate"));
}

TEST(Disconnect, DatagramSocketForgetsItsPeer) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  host.Do(kConnect, "romeo", port);
  const v1::Event event = host.Do(kDisconnect, "romeo");
  EXPECT_THAT(event, Succeeds());
  // The port that the kernel had chosen for the connect is gone with it.
  EXPECT_EQ(event.done().disconnect().local().address(), "0.0.0.0");
  EXPECT_EQ(event.done().disconnect().local().port(), 0u);
  EXPECT_THAT(host.Do("getpeername { socket: 'romeo' }"), FailsWith(ENOTCONN));
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"), FailsWith(EDESTADDRREQ));
  EXPECT_EQ(host.State("romeo"), v1::STATE_UNCONN);
}

TEST(Disconnect, KeepsAPortThatWasAskedFor) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  const uint32_t own = host.BoundUdp("before");
  host.Do("close { socket: 'before' }");
  host.Udp("romeo");
  host.Do("bind { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", own);
  host.Do(kConnect, "romeo", port);
  EXPECT_EQ(host.Do(kDisconnect, "romeo").done().disconnect().local().port(), own);
}

TEST(Disconnect, TcpConnectionIsReset) {
  Host host;
  host.Connected();
  EXPECT_THAT(host.Do(kDisconnect, "romeo"), Succeeds());
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 9 }"), FailsWith(ECONNRESET));
  EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
  EXPECT_THAT(host.Do("getpeername { socket: 'romeo' }"), FailsWith(ENOTCONN));
}

TEST(Disconnect, EndsABlockedConnectForGood) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  const uint64_t connect = host.Start(kConnect, "second", port);
  EXPECT_THAT(host.Next(connect), Blocks());
  EXPECT_THAT(host.Do(kDisconnect, "second"), Succeeds());
  EXPECT_THAT(host.Next(connect), FailsWith(ECONNRESET));
  EXPECT_EQ(host.State("second"), v1::STATE_CLOSED);
  const uint64_t again = host.Start(kConnect, "second", port);
  EXPECT_THAT(host.Next(again), Blocks());
}

TEST(Disconnect, EndsABlockedAccept) {
  Host host;
  host.Listening("door");
  const uint64_t accept = host.Start("accept { socket: 'door' connection: 'c' }");
  EXPECT_THAT(host.Next(accept), Blocks());
  EXPECT_THAT(host.Do(kDisconnect, "door"), Succeeds());
  EXPECT_THAT(host.Next(accept), FailsWith(EINVAL));
}

}  // namespace
}  // namespace balcony::agent
