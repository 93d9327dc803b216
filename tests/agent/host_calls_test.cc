#include <gmock/gmock.h>

#include <string>

#include "agent/describe.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/own_network.h"

namespace balcony::agent {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// The state of a neighbour; empty if it is not known.
std::string NeighbourState(Host& host, const std::string& address) {
  const v1::Event event = host.Do("neighbours {}");
  EXPECT_THAT(event, Succeeds());
  for (const v1::Neighbour& neighbour : event.done().neighbours().neighbours()) {
    if (neighbour.address() == address) return neighbour.state();
  }
  return "";
}

v1::Route RouteTo(Host& host, const std::string& destination) {
  const v1::Event event = host.Do("routes {}");
  EXPECT_THAT(event, Succeeds());
  for (const v1::Route& route : event.done().routes().routes()) {
    if (route.destination() == destination) return route;
  }
  return {};
}

v1::Event ConnectUdp(Host& host, const std::string& socket, const std::string& address) {
  host.Udp(socket);
  return host.Do("connect { socket: '$0' address { address: '$1' port: 7 } }", socket, address);
}

TEST(HostCalls, InterfacesAreThoseOfDescribe) {
  Host host;
  const v1::Event event = host.Do("interfaces {}");
  EXPECT_THAT(event, Succeeds());
  const v1::DescribeResponse description = Describe(host.session().clock(), {});
  const v1::InterfacesResponse& response = event.done().interfaces();
  ASSERT_EQ(response.interfaces_size(), description.interfaces_size());
  EXPECT_EQ(response.interfaces(0).DebugString(), description.interfaces(0).DebugString());
  EXPECT_EQ(response.interfaces(0).link_address(), "00:00:00:00:00:00");
}

class Changes : public testing::TestWithParam<const char*> {};

TEST_P(Changes, AreRefusedWhereTheNetworkIsNotTheAgentsOwn) {
  Host host;
  const v1::Event event = host.Do(GetParam());
  EXPECT_THAT(event, Refuses(v1::REFUSAL_CODE_PERMISSION_DENIED, ""));
  EXPECT_THAT(event.refused().message(), HasSubstr("not made for this agent (--own-network)"));
}

INSTANTIATE_TEST_SUITE_P(
    HostCalls, Changes,
    testing::Values(
        "set_interface { name: 'lo' mtu: 1500 }", "set_interface { name: 'lo' up: true }",
        "add_route { route { destination: '192.0.2.0/24' kind: ROUTE_KIND_BLACKHOLE } }",
        "delete_route { route { destination: '192.0.2.0/24' kind: ROUTE_KIND_BLACKHOLE } }",
        "add_neighbour { neighbour { address: '192.0.2.1' interface: 'lo' "
        "link_address: '02:00:00:00:00:01' } }",
        "delete_neighbour { neighbour { address: '192.0.2.1' interface: 'lo' } }",
        "sysctl { name: 'net.ipv4.tcp_syncookies' value: '1' }"));

struct Malformed {
  const char* call;
  const char* field;
};

class MalformedChanges : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedChanges, NameTheField) {
  Host host({.own_network = true});
  EXPECT_THAT(host.Do(GetParam().call),
              Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, GetParam().field));
}

constexpr Malformed kMalformed[] = {
    {"counters { group: 'Upd' }", "group"},
    {"set_interface { up: true }", "name"},
    {"set_interface { name: '../lo' up: true }", "name"},
    {"set_interface { name: 'an-interface-name' up: true }", "name"},
    {"set_interface { name: 'lo' }", "up"},
    {"set_interface { name: 'lo' mtu: 67 }", "mtu"},
    {"set_interface { name: 'lo' mtu: 65536 }", "mtu"},
    {"add_route {}", "route"},
    {"add_route { route { destination: '10.0.0.0' } }", "route.destination"},
    {"add_route { route { destination: '10.0.0.0/33' } }", "route.destination"},
    {"add_route { route { destination: 'juliet/24' } }", "route.destination"},
    {"add_route { route { destination: '::/0' gateway: '10.0.0.1' } }", "route.gateway"},
    {"add_route { route { destination: '0.0.0.0/0' gateway: 'x' } }", "route.gateway"},
    {"add_route { route { destination: '0.0.0.0/0' source: '::1' } }", "route.source"},
    {"add_route { route { destination: '0.0.0.0/0' interface: 'a b' } }", "route.interface"},
    {"add_route { route { destination: '0.0.0.0/0' kind: ROUTE_KIND_OTHER } }", "route.kind"},
    {"add_route { route { destination: '0.0.0.0/0' kind: ROUTE_KIND_PROHIBIT gateway: '1.2.3.4' } "
     "}",
     "route.gateway"},
    {"add_route { route { destination: '::/0' kind: ROUTE_KIND_BLACKHOLE interface: 'lo' } }",
     "route.interface"},
    {"add_neighbour {}", "neighbour"},
    {"add_neighbour { neighbour { address: 'x' interface: 'lo' } }", "neighbour.address"},
    {"add_neighbour { neighbour { address: 'fe80::1%lo' interface: 'lo' } }", "neighbour.address"},
    {"add_neighbour { neighbour { address: '10.0.0.1' } }", "neighbour.interface"},
    {"add_neighbour { neighbour { address: '10.0.0.1' interface: 'lo' } }",
     "neighbour.link_address"},
    {"add_neighbour { neighbour { address: '10.0.0.1' interface: 'lo' "
     "link_address: '02:00:00:00:00:0g' } }",
     "neighbour.link_address"},
    {"add_neighbour { neighbour { address: '10.0.0.1' interface: 'lo' link_address: '02' } }",
     "neighbour.link_address"},
};
INSTANTIATE_TEST_SUITE_P(HostCalls, MalformedChanges, testing::ValuesIn(kMalformed));

TEST(HostCalls, InterfaceIsTakenDownAndUpAndHasItsMtuSet) {
  InOwnNetwork([] {
    Host host({.own_network = true});
    EXPECT_THAT(host.Do("set_interface { name: 'lo' mtu: 1400 }"), Succeeds());
    EXPECT_EQ(host.Do("interfaces {}").done().interfaces().interfaces(0).mtu(), 1400u);
    EXPECT_THAT(ConnectUdp(host, "before", "127.0.0.1"), Succeeds());
    EXPECT_THAT(host.Do("set_interface { name: 'lo' up: false }"), Succeeds());
    EXPECT_FALSE(host.Do("interfaces {}").done().interfaces().interfaces(0).up());
    EXPECT_THAT(ConnectUdp(host, "down", "192.0.2.1"), FailsWith(ENETUNREACH));
    EXPECT_THAT(host.Do("set_interface { name: 'lo' up: true mtu: 65535 }"), Succeeds());
    EXPECT_TRUE(host.Do("interfaces {}").done().interfaces().interfaces(0).up());
    EXPECT_THAT(host.Do("set_interface { name: 'eth9' up: true }"), FailsWith(ENODEV));
  });
}

TEST(HostCalls, RouteKindsDecideWhatConnectAnswers) {
  InOwnNetwork([] {
    struct Case {
      const char* network;
      const char* kind;
      const char* address;
      int answer;
    };
    Host host({.own_network = true});
    for (const Case& c : {Case{"192.0.2.0/24", "PROHIBIT", "192.0.2.1", EACCES},
                          Case{"198.51.100.0/24", "UNREACHABLE", "198.51.100.1", EHOSTUNREACH},
                          Case{"203.0.113.0/24", "BLACKHOLE", "203.0.113.1", EINVAL}}) {
      const std::string route =
          absl::Substitute("route { destination: '$0' kind: ROUTE_KIND_$1 }", c.network, c.kind);
      EXPECT_THAT(ConnectUdp(host, c.network, c.address), FailsWith(ENETUNREACH));
      EXPECT_THAT(host.Do("add_route { $0 }", route), Succeeds());
      host.Tcp(c.kind);
      EXPECT_THAT(
          host.Do("connect { socket: '$0' address { address: '$1' port: 7 } }", c.kind, c.address),
          FailsWith(c.answer));
      EXPECT_THAT(host.Do("add_route { $0 }", route), FailsWith(EEXIST));
      EXPECT_THAT(host.Do("delete_route { $0 }", route), Succeeds());
      EXPECT_THAT(host.Do("delete_route { $0 }", route), FailsWith(ESRCH));
    }
  });
}

TEST(HostCalls, RoutesAreListedAsTheyWereAdded) {
  InOwnNetwork([] {
    AddCable("10.10.0.100", 24);
    Host host({.own_network = true});
    const v1::Route own = RouteTo(host, "10.10.0.0/24");
    EXPECT_EQ(own.interface(), "eth0");
    EXPECT_EQ(own.source(), "10.10.0.100");
    EXPECT_EQ(own.gateway(), "");
    EXPECT_THAT(host.Do("add_route { route { destination: '0.0.0.0/0' gateway: '10.10.0.1' metric: "
                        "7 source: '10.10.0.100' } }"),
                Succeeds());
    const v1::Route added = RouteTo(host, "0.0.0.0/0");
    EXPECT_EQ(added.kind(), v1::ROUTE_KIND_UNICAST);
    EXPECT_EQ(added.gateway(), "10.10.0.1");
    EXPECT_EQ(added.interface(), "eth0");
    EXPECT_EQ(added.metric(), 7u);
    EXPECT_EQ(added.source(), "10.10.0.100");
    EXPECT_THAT(host.Do("add_route { route { destination: '192.0.2.0/24' gateway: '10.9.9.9' } }"),
                FailsWith(ENETUNREACH));
    EXPECT_THAT(host.Do("add_route { route { destination: '192.0.2.0/24' interface: 'eth9' } }"),
                FailsWith(ENODEV));
    EXPECT_THAT(host.Do("add_route { route { destination: '192.0.2.0/24' interface: 'eth0' } }"),
                Succeeds());
    EXPECT_THAT(host.Do("delete_route { route { destination: '0.0.0.0/0' } }"), Succeeds());
    EXPECT_EQ(RouteTo(host, "0.0.0.0/0").destination(), "");
  });
}

TEST(HostCalls, RoutesOfIpv6) {
  InOwnNetwork([] {
    AddCable("fd00::100", 64);
    Host host({.own_network = true});
    EXPECT_EQ(RouteTo(host, "fd00::/64").interface(), "eth0");
    EXPECT_THAT(host.Do("add_route { route { destination: '::/0' gateway: 'fd00::1' } }"),
                Succeeds());
    EXPECT_EQ(RouteTo(host, "::/0").gateway(), "fd00::1");
    EXPECT_EQ(RouteTo(host, "::/0").metric(), 1024u);
    EXPECT_THAT(
        host.Do("add_route { route { destination: '2001:db8::/32' kind: ROUTE_KIND_PROHIBIT } }"),
        Succeeds());
    EXPECT_EQ(RouteTo(host, "2001:db8::/32").kind(), v1::ROUTE_KIND_PROHIBIT);
    EXPECT_THAT(host.Do("socket { socket: 's' family: FAMILY_INET6 transport: TRANSPORT_TCP }"),
                Succeeds());
    EXPECT_THAT(host.Do("connect { socket: 's' address { address: '2001:db8::1' port: 7 } }"),
                FailsWith(EACCES));
  });
}

TEST(HostCalls, NeighbourIsSetForGoodAndForgotten) {
  InOwnNetwork([] {
    AddCable("10.10.0.100", 24);
    Host host({.own_network = true});
    EXPECT_EQ(NeighbourState(host, "10.10.0.101"), "");
    EXPECT_THAT(host.Do("add_neighbour { neighbour { address: '10.10.0.101' interface: 'eth0' "
                        "link_address: '02:00:00:00:00:7F' } }"),
                Succeeds());
    EXPECT_EQ(NeighbourState(host, "10.10.0.101"), "PERMANENT");
    const v1::Event all = host.Do("neighbours {}");
    EXPECT_EQ(all.done().neighbours().neighbours(0).link_address(), "02:00:00:00:00:7f");
    EXPECT_EQ(all.done().neighbours().neighbours(0).interface(), "eth0");
    constexpr char kForget[] =
        "delete_neighbour { neighbour { address: '10.10.0.101' interface: 'eth0' } }";
    EXPECT_THAT(host.Do(kForget), Succeeds());
    EXPECT_NE(NeighbourState(host, "10.10.0.101"), "PERMANENT");
    EXPECT_THAT(
        host.Do("delete_neighbour { neighbour { address: '10.10.0.9' interface: 'eth0' } }"),
        FailsWith(ENOENT));
    // Nobody answers the question who has this address.
    ConnectUdp(host, "sock", "10.10.0.102");
    host.Do("send { socket: 'sock' data { unit: 'x' } }");
    EXPECT_EQ(NeighbourState(host, "10.10.0.102"), "INCOMPLETE");
  });
}

TEST(HostCalls, SysctlIsReadAndSet) {
  InOwnNetwork([] {
    Host host({.own_network = true});
    const v1::Event set =
        host.Do("sysctl { name: 'net.ipv4.ip_local_port_range' value: '5000 6000' }");
    EXPECT_THAT(set, Succeeds());
    EXPECT_EQ(set.done().sysctl().value(), "5000 6000");
    const v1::Event read = host.Do("sysctl { name: 'net.ipv4.ip_local_port_range' }");
    EXPECT_EQ(read.done().sysctl().value(), "5000 6000");
    EXPECT_THAT(host.Do("sysctl { name: 'net.ipv4.conf.lo.forwarding' value: '1' }"), Succeeds());
    EXPECT_THAT(host.Do("sysctl { name: 'net.ipv4.tcp_fin_timeout' value: 'soon' }"),
                FailsWith(EINVAL));
    EXPECT_THAT(host.Do("sysctl { name: 'net.ipv4.conf.eth9.forwarding' value: '1' }"),
                FailsWith(ENOENT));
    EXPECT_THAT(host.Do("sysctl { name: 'net.ipv4' }"),
                Refuses(v1::REFUSAL_CODE_PERMISSION_DENIED, "name"));
  });
}

}  // namespace
}  // namespace balcony::agent
