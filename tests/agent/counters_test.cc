// counters of agent/host_calls.cc, over agent/counters.cc.
#include "agent/counters.h"

#include <gmock/gmock.h>

#include <map>
#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/own_network.h"

namespace balcony::agent {
namespace {

using testing::Contains;
using testing::Pair;

std::map<std::string, int64_t> CountersOf(Host& host, const std::string& group) {
  const v1::Event event = host.Do("counters { group: '$0' }", group);
  EXPECT_THAT(event, Succeeds());
  std::map<std::string, int64_t> changes;
  for (const v1::Counter& counter : event.done().counters().counters()) {
    changes[absl::Substitute("$0 $1", counter.group(), counter.name())] = counter.change();
  }
  return changes;
}

TEST(Counters, NothingMovesBeforeAnythingIsDone) {
  InOwnNetwork([] {
    Host host;
    EXPECT_THAT(CountersOf(host, ""), testing::IsEmpty());
  });
}

TEST(Counters, CountWhatHappenedSinceTheSessionBegan) {
  InOwnNetwork([] {
    Host first;
    const uint32_t port = first.BoundUdp("sock");
    const auto send = [port](Host& host) {
      host.Udp("romeo");
      host.Do(
          "sendto { socket: 'romeo' data { unit: 'x' } address { address: '127.0.0.1' port: $0 } }",
          port);
    };
    send(first);
    Host second;
    send(second);
    EXPECT_EQ(CountersOf(first, "Udp")["Udp OutDatagrams"], 2);
    EXPECT_EQ(CountersOf(second, "Udp")["Udp OutDatagrams"], 1);
    EXPECT_EQ(CountersOf(second, "")["Ip InReceives"], 1);
    EXPECT_FALSE(CountersOf(second, "Udp").contains("Ip InReceives"));
  });
}

TEST(Counters, DatagramToAClosedPortIsAnsweredByIcmp) {
  InOwnNetwork([] {
    Host host;
    const uint32_t port = host.BoundUdp("gone");
    host.Do("close { socket: 'gone' }");
    host.Udp("romeo");
    EXPECT_THAT(host.Do("sendto { socket: 'romeo' data { unit: 'Hello' } "
                        "address { address: '127.0.0.1' port: $0 } }",
                        port),
                Succeeds());
    const auto changes = CountersOf(host, "");
    EXPECT_THAT(changes, Contains(Pair("Udp NoPorts", 1)));
    EXPECT_THAT(changes, Contains(Pair("Icmp OutDestUnreachs", 1)));
    EXPECT_THAT(changes, Contains(Pair("Icmp InDestUnreachs", 1)));
    EXPECT_THAT(changes, Contains(Pair("IcmpMsg OutType3", 1)));
    EXPECT_THAT(CountersOf(host, "IcmpMsg"), testing::SizeIs(2));
  });
}

TEST(Counters, DatagramsThatFindNoRoomAreCounted) {
  InOwnNetwork([] {
    constexpr int kSent = 2000;
    Host host;
    const uint32_t port = host.BoundUdp("juliet");
    host.Udp("romeo");
    host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
    for (int i = 0; i < kSent; ++i) {
      EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"), Succeeds());
    }
    host.Do("setblocking { socket: 'juliet' blocking: false }");
    int received = 0;
    while (OutcomeOf(host.Do("recv { socket: 'juliet' max_bytes: 1 }")).has_ok()) ++received;
    EXPECT_LT(received, kSent);
    EXPECT_EQ(CountersOf(host, "Udp")["Udp RcvbufErrors"], kSent - received);
  });
}

TEST(Counters, OfIpv6HaveTheirGroupAlone) {
  InOwnNetwork([] {
    Host host;
    host.Do("socket { socket: 's' family: FAMILY_INET6 transport: TRANSPORT_UDP }");
    host.Do("sendto { socket: 's' data { unit: 'x' } address { address: '::1' port: 9 } }");
    const auto changes = CountersOf(host, "");
    EXPECT_THAT(changes, Contains(Pair("Icmp6 OutDestUnreachs", 1)));
    EXPECT_THAT(changes, Contains(Pair("Udp6 NoPorts", 1)));
    EXPECT_THAT(CountersOf(host, "Icmp6"), Contains(Pair("Icmp6 InMsgs", 1)));
  });
}

TEST(Counters, ConnectionsMoveAGaugeBothWays) {
  InOwnNetwork([] {
    Host first;
    first.Connected();
    Host second;
    EXPECT_EQ(CountersOf(first, "Tcp")["Tcp CurrEstab"], 2);
    first.Do("close { socket: 'romeo' }");
    first.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
    Until([&] { return CountersOf(second, "Tcp")["Tcp CurrEstab"] < 0; });
  });
}

}  // namespace
}  // namespace balcony::agent
