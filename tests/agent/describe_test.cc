#include "agent/describe.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "agent/routes.h"
#include "agent/sysctl.h"
#include "tests/agent/own_network.h"

namespace balcony::agent {
namespace {

TEST(Describe, TellsWhatAndWhere) {
  const Clock clock;
  const v1::DescribeResponse response = Describe(clock, {});
  EXPECT_THAT(response.version(), testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
  EXPECT_FALSE(response.hostname().empty());
  EXPECT_EQ(response.kernel().sysname(), "Linux");
  EXPECT_EQ(response.limits().sockets_per_session(), 4096u);
  EXPECT_EQ(response.limits().blocked_calls_per_session(), 16384u);
  EXPECT_EQ(response.limits().payload_bytes(), 1048576u);
  EXPECT_EQ(response.limits().sessions(), 512u);
  EXPECT_EQ(response.limits().lease().seconds(), 3600);
  EXPECT_THAT(response.network(), testing::MatchesRegex("[0-9a-f-]+/[0-9]+"));
  EXPECT_EQ(response.network(), Describe(clock, {}).network());
}

TEST(Describe, TellsWhereTheLoginCameTo) {
  unsetenv("SSH_CONNECTION");
  EXPECT_EQ(Describe(Clock(), {}).login_address(), "");
  setenv("SSH_CONNECTION", "2001:db8::1 51234 2001:db8::5 22", 1);
  EXPECT_EQ(Describe(Clock(), {}).login_address(), "2001:db8::5");
  setenv("SSH_CONNECTION", "not so", 1);
  EXPECT_EQ(Describe(Clock(), {}).login_address(), "");
  unsetenv("SSH_CONNECTION");
}

TEST(Describe, ListsTheLoopbackInterface) {
  const v1::DescribeResponse response = Describe(Clock(), {});
  ASSERT_GE(response.interfaces_size(), 1);
  const v1::Interface& lo = response.interfaces(0);
  EXPECT_EQ(lo.name(), "lo");
  EXPECT_TRUE(lo.up());
  EXPECT_EQ(lo.mtu(), 65536u);
  ASSERT_GE(lo.addresses_size(), 1);
  EXPECT_EQ(lo.addresses(0).address(), "127.0.0.1");
  EXPECT_EQ(lo.addresses(0).prefix_length(), 8u);
}

TEST(Describe, TellsWhatTheNetworkIsGoodFor) {
  InOwnNetwork([] {
    AddCable("10.10.0.1", 24);
    ASSERT_EQ(WriteSysctl("net.ipv4.ip_unprivileged_port_start", "0"), 0);
    const v1::DescribeResponse bare = Describe(Clock(), {});
    EXPECT_TRUE(bare.has_unprivileged_port_start());  // 0 is not absent
    EXPECT_EQ(bare.unprivileged_port_start(), 0u);
    EXPECT_TRUE(bare.has_default_routes());
    EXPECT_FALSE(bare.default_routes().has_ipv4());
    EXPECT_FALSE(bare.default_routes().has_ipv6());
    EXPECT_TRUE(bare.ipv6());
    EXPECT_TRUE(bare.ipv6_loopback());
    EXPECT_FALSE(bare.interfaces(0).broadcast());  // lo
    EXPECT_TRUE(bare.interfaces(0).has_broadcast());
    EXPECT_TRUE(bare.interfaces(1).broadcast());
    EXPECT_TRUE(bare.interfaces(1).multicast());
    EXPECT_EQ(bare.interfaces(1).mtu(), 1500u);
  });
}

TEST(Describe, TellsTheDefaultRoutes) {
  InOwnNetwork([] {
    AddCable("10.10.0.1", 24);
    RouteChange route;
    route.interface = "eth0";
    route.destination = AddressFrom(AF_INET, "\0\0\0\0", 0);
    ASSERT_EQ(AddRoute(route), 0);
    const v1::DescribeResponse ipv4 = Describe(Clock(), {});
    EXPECT_EQ(ipv4.default_routes().ipv4().interface(), "eth0");
    EXPECT_FALSE(ipv4.default_routes().has_ipv6());
    route.destination = AddressFrom(AF_INET6, std::string(16, '\0').data(), 0);
    ASSERT_EQ(AddRoute(route), 0);
    EXPECT_EQ(Describe(Clock(), {}).default_routes().ipv6().interface(), "eth0");
  });
}

TEST(Describe, TellsThatIpv6IsOff) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv6.conf.all.disable_ipv6", "1"), 0);
    const v1::DescribeResponse response = Describe(Clock(), {});
    EXPECT_TRUE(response.has_ipv6());
    EXPECT_FALSE(response.ipv6());
    EXPECT_TRUE(response.has_ipv6_loopback());
    EXPECT_FALSE(response.ipv6_loopback());
  });
}

TEST(Describe, RootHasCapabilities) {
  if (geteuid() != 0) GTEST_SKIP() << "not root";
  EXPECT_THAT(Describe(Clock(), {}).capabilities(), testing::Contains("CAP_NET_BIND_SERVICE"));
}

}  // namespace
}  // namespace balcony::agent
