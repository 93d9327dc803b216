#include <cerrno>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

TEST(SocketCalls, BindTellsThePortThatTheKernelChose) {
  Host host;
  EXPECT_GT(host.BoundTcp("sock"), 0u);
}

TEST(SocketCalls, SecondBindOfAnAddressReportsEaddrinuse) {
  Host host;
  const uint32_t port = host.BoundTcp("sock");
  host.Tcp("sock2");
  EXPECT_THAT(host.Do("bind { socket: 'sock2' address { address: '127.0.0.1' port: $0 } }", port),
              FailsWith(EADDRINUSE));
}

TEST(SocketCalls, TcpAndUdpHavePortsOfTheirOwn) {
  Host host;
  const uint32_t port = host.BoundTcp("tcp");
  host.Udp("udp");
  EXPECT_THAT(host.Do("bind { socket: 'udp' address { address: '127.0.0.1' port: $0 } }", port),
              Succeeds());
}

TEST(SocketCalls, BindToAnAddressOfNobodyReportsEaddrnotavail) {
  Host host;
  host.Tcp("sock");
  EXPECT_THAT(host.Do("bind { socket: 'sock' address { address: '192.0.2.1' } }"),
              FailsWith(EADDRNOTAVAIL));
}

TEST(SocketCalls, BindOfTheOtherFamilyIsTheKernelsToAnswer) {
  Host host;
  host.Tcp("sock");
  EXPECT_THAT(host.Do("bind { socket: 'sock' address { address: '::1' } }"),
              FailsWith(EAFNOSUPPORT));
}

TEST(SocketCalls, ListenBindsAnUnboundSocket) {
  Host host;
  host.Tcp("sock");
  const v1::Event event = host.Do("listen { socket: 'sock' }");
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(event.done().listen().local().address(), "0.0.0.0");
  EXPECT_GT(event.done().listen().local().port(), 0u);
}

TEST(SocketCalls, ListenOnUdpReportsEopnotsupp) {
  Host host;
  host.Udp("sock");
  EXPECT_THAT(host.Do("listen { socket: 'sock' }"), FailsWith(EOPNOTSUPP));
}

TEST(SocketCalls, BacklogIsAsAskedAndPythonsWithoutAsking) {
  Host host;
  host.Listening("sock");
  EXPECT_EQ(host.Queues("sock").send_queue(), 128u);
  EXPECT_THAT(host.Do("listen { socket: 'sock' backlog: 3 }"), Succeeds());
  EXPECT_EQ(host.Queues("sock").send_queue(), 3u);
}

TEST(SocketCalls, ShutdownWithoutConnectionReportsEnotconn) {
  Host host;
  host.Tcp("sock");
  EXPECT_THAT(host.Do("shutdown { socket: 'sock' how: HOW_RDWR }"), FailsWith(ENOTCONN));
}

TEST(SocketCalls, GetpeernameTellsThePeerOrEnotconn) {
  Host host;
  host.Connected();
  const v1::Event peer = host.Do("getpeername { socket: 'juliet' }");
  const v1::Event local = host.Do("getsockname { socket: 'romeo' }");
  EXPECT_THAT(peer, Succeeds());
  EXPECT_EQ(peer.done().getpeername().peer().port(), local.done().getsockname().local().port());
  EXPECT_THAT(host.Do("getpeername { socket: 'door' }"), FailsWith(ENOTCONN));
}

TEST(SocketCalls, GetsocknameOfAnUnboundSocketIsZero) {
  Host host;
  host.Tcp("sock");
  const v1::Endpoint local = host.Do("getsockname { socket: 'sock' }").done().getsockname().local();
  EXPECT_EQ(local.address(), "0.0.0.0");
  EXPECT_EQ(local.port(), 0u);
}

TEST(SocketCalls, ClosedSocketIsRememberedAndDoesNothingMore) {
  Host host;
  host.Connected();
  EXPECT_THAT(host.Do("close { socket: 'romeo' }"), Succeeds());
  EXPECT_THAT(host.Do("state { socket: 'romeo' }"), Succeeds());
  for (const char* call : {"recv { socket: 'romeo' max_bytes: 1 }", "close { socket: 'romeo' }",
                           "getsockname { socket: 'romeo' }", "getpeername { socket: 'romeo' }"}) {
    EXPECT_THAT(host.Do(call), Refuses(v1::REFUSAL_CODE_FAILED_PRECONDITION, "socket")) << call;
  }
}

TEST(SocketCalls, NameIsFreeAgainAfterClose) {
  Host host;
  host.Tcp("sock");
  EXPECT_THAT(host.Do("socket { socket: 'sock' family: FAMILY_INET transport: TRANSPORT_TCP }"),
              Refuses(v1::REFUSAL_CODE_ALREADY_EXISTS, "socket"));
  host.Do("close { socket: 'sock' }");
  host.Tcp("sock");
  EXPECT_THAT(host.Do("getpeername { socket: 'sock' }"), FailsWith(ENOTCONN));
}

TEST(SocketCalls, SocketsPerSessionIsALimit) {
  Host host({.sockets_per_session = 2});
  host.Tcp("one");
  host.Tcp("two");
  EXPECT_THAT(host.Do("socket { socket: 'three' family: FAMILY_INET transport: TRANSPORT_TCP }"),
              Refuses(v1::REFUSAL_CODE_RESOURCE_EXHAUSTED, "socket"));
  host.Do("close { socket: 'one' }");
  host.Tcp("three");
}

TEST(SocketCalls, Ipv6) {
  Host host;
  host.Do("socket { socket: 's' family: FAMILY_INET6 transport: TRANSPORT_TCP }");
  const v1::Event bound = host.Do("bind { socket: 's' address { address: '::1' } }");
  if (OutcomeOf(bound).error().number() == EADDRNOTAVAIL) GTEST_SKIP() << "no IPv6 loopback here";
  EXPECT_EQ(bound.done().bind().local().address(), "::1");
}

}  // namespace
}  // namespace balcony::agent
