#include "agent/socket.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

TEST(Socket, ConnectThatFailsLeavesAConnectedUdpSocketItsPeer) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_THAT(host.Do("connect { socket: 'romeo' address { address: '255.255.255.255' port: 1 } }"),
              FailsWith(EACCES));
  EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
  EXPECT_EQ(host.Do("getpeername { socket: 'romeo' }").done().getpeername().peer().port(), port);
  host.Do("close { socket: 'romeo' }");
  EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
}

TEST(Socket, ConnectThatFailsLeavesATcpSocketWithoutPeer) {
  Host host;
  const uint32_t port = host.BoundTcp("juliet");
  host.Tcp("romeo");
  EXPECT_THAT(
      host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port),
      FailsWith(ECONNREFUSED));
  EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
  EXPECT_THAT(host.Do("getpeername { socket: 'romeo' }"), FailsWith(ENOTCONN));
}

// The kernel connects to this host itself, and its tables know the connection by that.
TEST(Socket, ConnectToTheWildcardIsSeenInSynSent) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  const uint64_t connect =
      host.Start("connect { socket: 'second' address { address: '0.0.0.0' port: $0 } }", port);
  EXPECT_THAT(host.Next(connect), Blocks());
  EXPECT_EQ(host.State("second"), v1::STATE_SYN_SENT);
}

TEST(Socket, ConnectToTheWildcardOfIpv6IsSeenInSynSent) {
  Host host;
  for (const char* name : {"door", "first", "second"}) {
    host.Do("socket { socket: '$0' family: FAMILY_INET6 transport: TRANSPORT_TCP }", name);
  }
  const v1::Event bound = host.Do("bind { socket: 'door' address { address: '::1' } }");
  if (OutcomeOf(bound).error().number() == EADDRNOTAVAIL) GTEST_SKIP() << "no IPv6 loopback here";
  host.Do("listen { socket: 'door' backlog: 0 }");
  constexpr char kToWildcard[] = "connect { socket: '$0' address { address: '::' port: $1 } }";
  EXPECT_THAT(host.Do(kToWildcard, "first", bound.done().bind().local().port()), Succeeds());
  const uint64_t connect = host.Start(kToWildcard, "second", bound.done().bind().local().port());
  EXPECT_THAT(host.Next(connect), Blocks());
  EXPECT_EQ(host.State("second"), v1::STATE_SYN_SENT);
}

}  // namespace
}  // namespace balcony::agent
