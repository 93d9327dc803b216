// What the textbook says of addresses and the options on them: who may bind, and who receives.
#include "tests/agent/addresses.h"

#include <cerrno>
#include <string>

#include "absl/strings/substitute.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/options.h"

namespace balcony::agent {
namespace {

constexpr char kOn[] = "flag: true";
constexpr char kOff[] = "flag: false";

std::string Receive(Host& host, const std::string& socket) {
  return DataOf(host.Do("patience { seconds: 20 } recv { socket: '$0' max_bytes: 100 }", socket));
}

v1::Event ReceiveNow(Host& host, const std::string& socket) {
  return host.Do("recv { socket: '$0' max_bytes: 100 flags: FLAG_DONTWAIT }", socket);
}

// A bound UDP socket; with `option` on, if there is one.
uint32_t Bound(Host& host, const std::string& name, const std::string& address, uint32_t port,
               const std::string& option) {
  host.Udp(name);
  if (!option.empty()) {
    EXPECT_THAT(Setsockopt(host, name, option, kOn), Succeeds());
  }
  const v1::Event event = host.Do(kBindTo, name, address, port);
  EXPECT_THAT(event, Succeeds());
  return event.done().bind().local().port();
}

TEST(Addresses, UnconnectedSocketHearsOfAClosedPortWithIpRecverr) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Do("close { socket: 'juliet' }");
  host.Udp("romeo");
  EXPECT_THAT(host.Do(kSendTo, "romeo", "127.0.0.1", port, "Hello"), Succeeds());
  EXPECT_THAT(ReceiveNow(host, "romeo"), FailsWith(EAGAIN));
  EXPECT_THAT(Setsockopt(host, "romeo", "IP_RECVERR", kOn), Succeeds());
  EXPECT_THAT(host.Do(kSendTo, "romeo", "127.0.0.1", port, "Hello"), Succeeds());
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(ECONNREFUSED));
}

TEST(Addresses, BroadcastTakesAnOptionAndMissesUnicastAddresses) {
  Host host;
  const uint32_t port = Bound(host, "any", "0.0.0.0", 0, "SO_REUSEADDR");
  Bound(host, "one", "127.0.0.1", port, "SO_REUSEADDR");
  host.Udp("romeo");
  EXPECT_THAT(host.Do(kSendTo, "romeo", "127.255.255.255", port, "all"), FailsWith(EACCES));
  EXPECT_THAT(Setsockopt(host, "romeo", "SO_BROADCAST", kOn), Succeeds());
  EXPECT_THAT(host.Do(kSendTo, "romeo", "127.255.255.255", port, "all"), Succeeds());
  EXPECT_EQ(Receive(host, "any"), "all");
  host.Do(kSendTo, "romeo", "127.0.0.1", port, "one");
  EXPECT_EQ(Receive(host, "one"), "one");
}

// Each test has a group of its own: what one of them joins, the sockets of all others receive,
// being in the same network.
std::string MembershipOf(const std::string& group) {
  return absl::Substitute("membership { group: '$0' interface: 'lo' }", group);
}

TEST(Addresses, MulticastIsReceivedBetweenJoinAndLeave) {
  const std::string group = "239.1.2.1";
  Host host;
  const uint32_t port = Bound(host, "juliet", "0.0.0.0", 0, "");
  host.Udp("romeo");
  Setsockopt(host, "romeo", "IP_MULTICAST_IF", "text: 'lo'");
  const auto send = [&](const std::string& to, const char* text) {
    EXPECT_THAT(host.Do(kSendTo, "romeo", to, port, text), Succeeds());
  };
  send(group, "before");
  send("127.0.0.1", "first mark");
  EXPECT_EQ(Receive(host, "juliet"), "first mark");
  EXPECT_THAT(Setsockopt(host, "juliet", "IP_ADD_MEMBERSHIP", MembershipOf(group)), Succeeds());
  send(group, "between");
  EXPECT_EQ(Receive(host, "juliet"), "between");
  EXPECT_THAT(Setsockopt(host, "juliet", "IP_DROP_MEMBERSHIP", MembershipOf(group)), Succeeds());
  send(group, "after");
  send("127.0.0.1", "second mark");
  EXPECT_EQ(Receive(host, "juliet"), "second mark");
}

TEST(Addresses, MulticastComesToThoseWhoDidNotJoinUnlessTheyTurnItOff) {
  const std::string group = "239.1.2.2";
  for (const bool all : {true, false}) {
    Host host;
    const uint32_t port = Bound(host, "joined", "0.0.0.0", 0, "SO_REUSEADDR");
    Bound(host, "other", "0.0.0.0", port, "SO_REUSEADDR");
    Setsockopt(host, "joined", "IP_ADD_MEMBERSHIP", MembershipOf(group));
    if (!all) Setsockopt(host, "other", "IP_MULTICAST_ALL", kOff);
    host.Udp("romeo");
    Setsockopt(host, "romeo", "IP_MULTICAST_IF", "text: 'lo'");
    host.Do(kSendTo, "romeo", group, port, "group");
    EXPECT_EQ(Receive(host, "joined"), "group");
    host.Do(kSendTo, "romeo", "127.0.0.1", port, "mark");  // for the one that was bound last
    EXPECT_EQ(Receive(host, "other"), all ? "group" : "mark");
  }
}

TEST(Addresses, OfTwoSocketsAtOneAddressTheLastBoundReceives) {
  Host host;
  const uint32_t port = Bound(host, "first", "127.0.0.1", 0, "SO_REUSEADDR");
  Bound(host, "last", "127.0.0.1", port, "SO_REUSEADDR");
  host.Udp("romeo");
  host.Do(kSendTo, "romeo", "127.0.0.1", port, "x");
  EXPECT_EQ(Receive(host, "last"), "x");
  EXPECT_THAT(ReceiveNow(host, "first"), FailsWith(EAGAIN));
}

TEST(Addresses, FullReceiveBufferKeepsTheFirstDatagrams) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  EXPECT_EQ(ReadBack(Setsockopt(host, "juliet", "SO_RCVBUF", "number: 1")), "number: 2304");
  host.Udp("romeo");
  for (int i = 1; i <= 50; ++i) {
    EXPECT_THAT(host.Do(kSendTo, "romeo", "127.0.0.1", port, i), Succeeds());
  }
  int kept = 0;
  for (v1::Event next; OutcomeOf(next = ReceiveNow(host, "juliet")).has_ok(); ++kept) {
    EXPECT_EQ(DataOf(next), std::to_string(kept + 1));
  }
  EXPECT_GE(kept, 1);
  EXPECT_LT(kept, 50);
}

// An IPv6 listener at [::]; gives its port.
uint32_t Listener6(Host& host, const char* v6only) {
  EXPECT_THAT(host.Do("socket { socket: 'six' family: FAMILY_INET6 transport: TRANSPORT_TCP }"),
              Succeeds());
  EXPECT_THAT(Setsockopt(host, "six", "IPV6_V6ONLY", v6only), Succeeds());
  const v1::Event bound = host.Do(kBindTo, "six", "::", 0);
  EXPECT_THAT(bound, Succeeds());
  EXPECT_THAT(host.Do("listen { socket: 'six' }"), Succeeds());
  return bound.done().bind().local().port();
}

TEST(Addresses, DualStackListenerHasBothFamilies) {
  Host host;
  const uint32_t port = Listener6(host, kOff);
  host.Tcp("four");
  EXPECT_THAT(host.Do(kBindTo, "four", "0.0.0.0", port), FailsWith(EADDRINUSE));
  host.Tcp("romeo");
  EXPECT_THAT(host.Do(kConnectTo, "romeo", "127.0.0.1", port), Succeeds());
  const v1::Event accepted = host.Do("accept { socket: 'six' connection: 'juliet' }");
  EXPECT_EQ(accepted.done().accept().peer().address(), "::ffff:127.0.0.1");
  EXPECT_EQ(accepted.done().accept().local().address(), "::ffff:127.0.0.1");
  EXPECT_EQ(host.State("juliet"), v1::STATE_ESTABLISHED);
  EXPECT_EQ(host.State("six"), v1::STATE_LISTEN);
  host.Do("send { socket: 'romeo' data { unit: 'Hello' } }");
  host.WaitForRecvQueue("juliet", 5);
  host.Do("close { socket: 'juliet' }");
  host.Do("close { socket: 'romeo' }");
}

TEST(Addresses, DualStackConnectionIsSeenToItsTimeWait) {
  Host host;
  const uint32_t port = Listener6(host, kOff);
  host.Do("socket { socket: 'romeo' family: FAMILY_INET6 transport: TRANSPORT_TCP }");
  EXPECT_THAT(host.Do(kConnectTo, "romeo", "::ffff:127.0.0.1", port), Succeeds());
  host.Do("accept { socket: 'six' connection: 'juliet' }");
  EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
  host.Do("close { socket: 'romeo' }");
  host.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
  host.Do("close { socket: 'juliet' }");
  host.WaitForState("romeo", v1::STATE_TIME_WAIT);
}

TEST(Addresses, Ipv6OnlyLeavesThePortToIpv4) {
  Host host;
  const uint32_t port = Listener6(host, kOn);
  host.Tcp("romeo");
  EXPECT_THAT(host.Do(kConnectTo, "romeo", "127.0.0.1", port), FailsWith(ECONNREFUSED));
  host.Tcp("four");
  EXPECT_THAT(host.Do(kBindTo, "four", "0.0.0.0", port), Succeeds());
}

TEST(Addresses, DualStackDatagramsNameTheirSenderMapped) {
  Host host;
  host.Do("socket { socket: 'six' family: FAMILY_INET6 transport: TRANSPORT_UDP }");
  const uint32_t port = host.Do(kBindTo, "six", "::", 0).done().bind().local().port();
  const uint32_t own = host.BoundUdp("romeo");
  host.Do(kSendTo, "romeo", "127.0.0.1", port, "x");
  const v1::Event event = host.Do("recvfrom { socket: 'six' max_bytes: 9 }");
  EXPECT_EQ(event.done().recvfrom().address().address(), "::ffff:127.0.0.1");
  host.Do(kConnectTo, "six", "::ffff:127.0.0.1", own);
  EXPECT_EQ(host.State("six"), v1::STATE_ESTABLISHED);
}

TEST(Addresses, ListenersThatShareAPortShareItsConnections) {
  Host host;
  host.Tcp("one");
  host.Tcp("two");
  uint32_t port = 0;
  for (const char* name : {"one", "two"}) {
    Setsockopt(host, name, "SO_REUSEPORT", kOn);
    port = host.Do(kBindTo, name, "127.0.0.1", port).done().bind().local().port();
    EXPECT_THAT(host.Do("listen { socket: '$0' }", name), Succeeds());
  }
  for (int i = 0; i < 40; ++i) {
    host.Tcp(std::to_string(i));
    EXPECT_THAT(host.Do(kConnectTo, i, "127.0.0.1", port), Succeeds());
  }
  uint32_t waiting[] = {0, 0};
  for (int listener : {0, 1}) {
    const std::string name = listener == 0 ? "one" : "two";
    host.Do("setblocking { socket: '$0' blocking: false }", name);
    const auto accepts = [&] {
      return OutcomeOf(
                 host.Do("accept { socket: '$0' connection: '$0 $1' }", name, waiting[listener]))
          .has_ok();
    };
    while (accepts()) ++waiting[listener];
    EXPECT_GT(waiting[listener], 0u);
  }
  EXPECT_EQ(waiting[0] + waiting[1], 40u);
}

}  // namespace
}  // namespace balcony::agent
