// Ancillary data and the error queue, over IPv4, IPv6 and IPv4 from an IPv6 socket.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "agent/interfaces.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/own_network.h"
#include "tests/agent/set_option.h"

namespace balcony::agent {
namespace {

struct Net {
  const char* name;
  const char* family;   // of both sockets
  const char* address;  // of juliet
  bool is_v4;           // on the wire
};

constexpr Net kNets[] = {
    {"v4", "FAMILY_INET", "127.0.0.1", true},
    {"v6", "FAMILY_INET6", "::1", false},
    {"mapped", "FAMILY_INET6", "::ffff:127.0.0.1", true},
};

constexpr char kErrqueue[] = "recvmsg { socket: 'romeo' max_bytes: 99 flags: FLAG_ERRQUEUE }";

class Ancillary : public testing::TestWithParam<Net> {
 protected:
  // "romeo", and "juliet" at the net's address; gives her port.
  uint32_t Pair(Host& host) {
    for (const char* name : {"romeo", "juliet"}) {
      EXPECT_THAT(host.Do("socket { socket: '$0' family: $1 transport: TRANSPORT_UDP }", name,
                          GetParam().family),
                  Succeeds());
    }
    return host.Do("bind { socket: 'juliet' address { address: '$0' } }", GetParam().address)
        .done()
        .bind()
        .local()
        .port();
  }

  // `fields` are sendmsg's, beside the data and the address.
  v1::Event Sendmsg(Host& host, uint32_t port, const std::string& fields) {
    return host.Do(
        "sendmsg { socket: 'romeo' data { unit: 'Hi' } address { address: '$0' port: $1 } $2 }",
        GetParam().address, port, fields);
  }

  void Set(Host& host, const std::string& name, int v4_option, int v6_option) {
    if (GetParam().is_v4) SetOption(host, name, IPPROTO_IP, v4_option, 1);
    if (GetParam().family == std::string("FAMILY_INET6")) {
      SetOption(host, name, IPPROTO_IPV6, v6_option, 1);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Nets, Ancillary, testing::ValuesIn(kNets),
                         [](const auto& net) { return std::string(net.param.name); });

TEST_P(Ancillary, TtlAndTosGoAlong) {
  Host host;
  const uint32_t port = Pair(host);
  Set(host, "juliet", IP_RECVTTL, IPV6_RECVHOPLIMIT);
  Set(host, "juliet", IP_RECVTOS, IPV6_RECVTCLASS);
  EXPECT_THAT(Sendmsg(host, port, "ttl: 7 tos: 16"), Succeeds());
  const v1::RecvmsgResponse got = host.Do(kRecvmsg).done().recvmsg();
  EXPECT_EQ(got.data(), "Hi");
  EXPECT_EQ(got.ttl(), 7);
  EXPECT_EQ(got.tos(), 16);
  EXPECT_THAT(Sendmsg(host, port, ""), Succeeds());
  const v1::RecvmsgResponse plain = host.Do(kRecvmsg).done().recvmsg();
  EXPECT_EQ(plain.ttl(), 64);
  EXPECT_TRUE(plain.has_tos());
  EXPECT_EQ(plain.tos(), 0);
}

TEST_P(Ancillary, ComesOnlyWhenAskedFor) {
  Host host;
  const uint32_t port = Pair(host);
  Sendmsg(host, port, "ttl: 7 tos: 16");
  const v1::RecvmsgResponse got = host.Do(kRecvmsg).done().recvmsg();
  EXPECT_FALSE(got.has_ttl() || got.has_tos() || got.has_pktinfo() || got.has_error() ||
               got.has_timestamp());
}

TEST_P(Ancillary, PktinfoTellsWhereADatagramArrived) {
  Host host;
  const uint32_t port = Pair(host);
  // As ipv6(7) has it, for both kinds of packets.
  if (GetParam().family == std::string("FAMILY_INET6")) {
    SetOption(host, "juliet", IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
  } else {
    SetOption(host, "juliet", IPPROTO_IP, IP_PKTINFO, 1);
  }
  const v1::Event sent = Sendmsg(host, port, "pktinfo { interface: 'lo' }");
  if (GetParam().name == std::string("mapped")) {
    EXPECT_THAT(sent, FailsWith(EINVAL));  // the kernel wants an IPv4 source with it
    Sendmsg(host, port, "pktinfo { interface: 'lo' address: '::ffff:127.0.0.1' }");
  }
  const v1::PacketInfo info = host.Do(kRecvmsg).done().recvmsg().pktinfo();
  EXPECT_EQ(info.interface(), "lo");
  EXPECT_EQ(info.address(), GetParam().address);
  EXPECT_EQ(info.local(), GetParam().name == std::string("v4") ? "127.0.0.1" : "");
}

TEST_P(Ancillary, PktinfoSaysWhereADatagramComesFrom) {
  Host host;
  const uint32_t port = Pair(host);
  const char* source =
      GetParam().is_v4 ? (GetParam().name == std::string("v4") ? "127.0.0.7" : "::ffff:127.0.0.7")
                       : "::1";
  EXPECT_THAT(Sendmsg(host, port, absl::Substitute("pktinfo { address: '$0' }", source)),
              Succeeds());
  EXPECT_EQ(host.Do(kRecvmsg).done().recvmsg().address().address(), source);
}

TEST_P(Ancillary, RefusedDatagramIsInTheErrorQueue) {
  Host host;
  const uint32_t port = Pair(host);
  host.Do("close { socket: 'juliet' }");
  Set(host, "romeo", IP_RECVERR, IPV6_RECVERR);
  EXPECT_THAT(Sendmsg(host, port, ""), Succeeds());
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 99 }"), FailsWith(ECONNREFUSED));
  const v1::RecvmsgResponse got = host.Do(kErrqueue).done().recvmsg();
  EXPECT_EQ(got.data(), "Hi");
  EXPECT_EQ(got.address().address(), GetParam().address);
  EXPECT_EQ(got.address().port(), port);
  ASSERT_EQ(got.flags_size(), 1);
  EXPECT_EQ(got.flags(0), v1::FLAG_ERRQUEUE);
  EXPECT_EQ(got.error().error().name(), "ECONNREFUSED");
  EXPECT_EQ(got.error().origin(), GetParam().is_v4 ? v1::ORIGIN_ICMP : v1::ORIGIN_ICMPV6);
  EXPECT_EQ(got.error().type(), GetParam().is_v4 ? 3u : 1u);
  EXPECT_EQ(got.error().code(), GetParam().is_v4 ? 3u : 4u);
  EXPECT_EQ(got.error().offender().address(), GetParam().address);
  EXPECT_THAT(host.Do(kErrqueue), FailsWith(EAGAIN));  // at once, on a blocking socket too
}

TEST(Ancillary6, LargestDatagramOfIpv6Has65527Bytes) {
  Host host;
  host.Do("socket { socket: 'sock' family: FAMILY_INET6 transport: TRANSPORT_UDP }");
  const uint32_t port =
      host.Do("bind { socket: 'sock' address { address: '::1' } }").done().bind().local().port();
  constexpr char kSendto[] =
      "sendto { socket: 'sock' address { address: '::1' port: $0 }"
      "         data { unit: 'x' count: $1 } }";
  EXPECT_THAT(host.Do(kSendto, port, 65527), Succeeds());
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'sock' max_bytes: 65536 }")).size(), 65527u);
  EXPECT_THAT(host.Do(kSendto, port, 65528), FailsWith(EMSGSIZE));
}

TEST(Ancillary4, DatagramThatMayNotBeFragmentedIsTooLongAbove1472Bytes) {
  InOwnNetwork([] {
    ASSERT_EQ(SetInterface({"lo", {}, 1500}), 0);
    Host host;
    const uint32_t port = host.BoundUdp("juliet");
    host.Udp("romeo");
    SetOption(host, "romeo", IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO);
    SetOption(host, "romeo", IPPROTO_IP, IP_RECVERR, 1);
    // Of a socket without a peer the kernel would not remember the port.
    host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
    constexpr char kSendmsg[] = "sendmsg { socket: 'romeo' data { unit: 'x' count: $0 } }";
    EXPECT_THAT(host.Do(kSendmsg, 1472), Succeeds());
    EXPECT_THAT(host.Do(kSendmsg, 1473), FailsWith(EMSGSIZE));
    const v1::RecvmsgResponse got = host.Do(kErrqueue).done().recvmsg();
    EXPECT_EQ(got.error().error().name(), "EMSGSIZE");
    EXPECT_EQ(got.error().origin(), v1::ORIGIN_LOCAL);
    EXPECT_EQ(got.error().info(), 1500u);
    EXPECT_FALSE(got.error().has_offender());
    EXPECT_EQ(got.address().port(), port);
  });
}

}  // namespace
}  // namespace balcony::agent
