// Raw and ping sockets, in a network of their own.
#include <cerrno>
#include <functional>

#include "agent/sysctl.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/own_network.h"

namespace balcony::agent {
namespace {

constexpr char kPing[] = "socket { socket: '$0' family: $1 transport: TRANSPORT_PING }";
constexpr char kRaw[] = "socket { socket: '$0' family: $1 transport: TRANSPORT_RAW protocol: $2 }";
// Type 8, code 0, room for checksum and identifier, number 7: an echo request.
constexpr char kEchoRequest[] =
    "sendto { socket: '$0' data { unit: '\\010\\000\\000\\000\\000\\000\\000\\007hello' } "
    "address { address: '$1' } }";
constexpr char kRecvfrom[] = "recvfrom { socket: '$0' max_bytes: 100 }";

void InNetworkWithPing(const std::function<void(Host&)>& body) {
  InOwnNetwork([&] {
    ASSERT_EQ(WriteSysctl("net.ipv4.ping_group_range", "0 0"), 0);
    Host host;
    body(host);
  });
}

TEST(Ping, EchoRequestIsAnswered) {
  InNetworkWithPing([](Host& host) {
    ASSERT_THAT(host.Do(kPing, "ping", "FAMILY_INET"), Succeeds());
    EXPECT_EQ(host.State("ping"), v1::STATE_UNCONN);
    ASSERT_THAT(host.Do(kEchoRequest, "ping", "127.0.0.1"), Succeeds());
    const v1::RecvfromResponse reply = host.Do(kRecvfrom, "ping").done().recvfrom();
    EXPECT_EQ(reply.address().address(), "127.0.0.1");
    ASSERT_EQ(reply.data().size(), 13u);
    EXPECT_EQ(reply.data()[0], 0);  // an echo reply
    EXPECT_EQ(reply.data().substr(8), "hello");
    // The kernel has put the socket's port in as the identifier.
    const uint32_t port =
        host.Do("getsockname { socket: 'ping' }").done().getsockname().local().port();
    EXPECT_EQ(static_cast<uint8_t>(reply.data()[4]) << 8 | static_cast<uint8_t>(reply.data()[5]),
              static_cast<int>(port));
  });
}

TEST(Ping, IsObservedThoughSockDiagDoesNotKnowIt) {
  InNetworkWithPing([](Host& host) {
    host.Do(kPing, "ping", "FAMILY_INET");
    host.Do("connect { socket: 'ping' address { address: '127.0.0.1' } }");
    EXPECT_EQ(host.State("ping"), v1::STATE_ESTABLISHED);
    EXPECT_EQ(host.Queues("ping").recv_queue(), 0u);
    host.Do(kEchoRequest, "ping", "127.0.0.1");
    Until([&] { return host.Queues("ping").recv_queue() > 0; });
    const v1::Event listed = host.Do("sockets { transport: TRANSPORT_PING }");
    ASSERT_EQ(listed.done().sockets().sockets_size(), 1);
    const v1::SocketEntry& entry = listed.done().sockets().sockets(0);
    EXPECT_EQ(entry.transport(), v1::TRANSPORT_PING);
    EXPECT_EQ(entry.state(), v1::STATE_ESTABLISHED);
    EXPECT_EQ(entry.local().address(), "127.0.0.1");
    EXPECT_GT(entry.queues().recv_queue(), 0u);
    host.Do("close { socket: 'ping' }");
    EXPECT_EQ(host.State("ping"), v1::STATE_CLOSED);
    EXPECT_EQ(host.Do("sockets {}").done().sockets().sockets_size(), 0);
  });
}

TEST(Ping, OutsideOfTheGroupRangeIsTheKernelsToRefuse) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.ping_group_range", "1 0"), 0);
    EXPECT_THAT(Host().Do(kPing, "ping", "FAMILY_INET"), FailsWith(EACCES));
  });
}

TEST(Ping, Icmpv6) {
  InNetworkWithPing([](Host& host) {
    ASSERT_THAT(host.Do(kPing, "ping", "FAMILY_INET6"), Succeeds());
    ASSERT_THAT(host.Do("sendto { socket: 'ping' data { unit: "
                        "'\\200\\000\\000\\000\\000\\000\\000\\001hello' } "
                        "address { address: '::1' } }"),
                Succeeds());
    const v1::RecvfromResponse reply = host.Do(kRecvfrom, "ping").done().recvfrom();
    EXPECT_EQ(reply.address().address(), "::1");
    EXPECT_EQ(static_cast<uint8_t>(reply.data()[0]), 129);
    EXPECT_EQ(host.Do("sockets { transport: TRANSPORT_PING }").done().sockets().sockets_size(), 1);
  });
}

TEST(Raw, ReceivesPacketsWithTheirIpv4Header) {
  InNetworkWithPing([](Host& host) {
    ASSERT_THAT(host.Do(kRaw, "raw", "FAMILY_INET", "PROTOCOL_ICMP"), Succeeds());
    EXPECT_EQ(host.State("raw"), v1::STATE_UNCONN);
    host.Do(kPing, "ping", "FAMILY_INET");
    host.Do(kEchoRequest, "ping", "127.0.0.1");
    const v1::RecvfromResponse packet = host.Do(kRecvfrom, "raw").done().recvfrom();
    ASSERT_EQ(packet.data().size(), 33u);
    EXPECT_EQ(packet.data()[0], 0x45);
    EXPECT_EQ(packet.data()[20], 8);
    EXPECT_EQ(packet.address().address(), "127.0.0.1");
    EXPECT_FALSE(host.Do("recv { socket: 'raw' max_bytes: 0 }").done().recv().end_of_stream());
    const v1::Event listed = host.Do("sockets { transport: TRANSPORT_RAW }");
    ASSERT_EQ(listed.done().sockets().sockets_size(), 1);
    EXPECT_EQ(listed.done().sockets().sockets(0).local().port(), 1u);  // its protocol
  });
}

// An echo request goes by, for bit 8 is set, and the reply is received.
TEST(Raw, TypesAreFilteredByIcmpFilter) {
  InNetworkWithPing([](Host& host) {
    host.Do(kRaw, "raw", "FAMILY_INET", "PROTOCOL_ICMP");
    const v1::Event filtered =
        host.Do("setsockopt { socket: 'raw' option: 'ICMP_FILTER' value { number: 256 } }");
    ASSERT_THAT(filtered, Succeeds());
    EXPECT_EQ(filtered.done().setsockopt().value().number(), 256);
    host.Do(kPing, "ping", "FAMILY_INET");
    host.Do(kEchoRequest, "ping", "127.0.0.1");
    const v1::RecvfromResponse packet = host.Do(kRecvfrom, "raw").done().recvfrom();
    ASSERT_EQ(packet.data().size(), 33u);
    EXPECT_EQ(packet.data()[20], 0);
  });
}

TEST(Raw, OfEveryProtocol) {
  InOwnNetwork([] {
    Host host;
    for (const char* of : {"PROTOCOL_ICMP", "PROTOCOL_TCP", "PROTOCOL_UDP"}) {
      EXPECT_THAT(host.Do(kRaw, of, "FAMILY_INET", of), Succeeds()) << of;
    }
    for (const char* of : {"PROTOCOL_ICMPV6", "PROTOCOL_TCP", "PROTOCOL_UDP"}) {
      EXPECT_THAT(host.Do(kRaw, std::string("6 ") + of, "FAMILY_INET6", of), Succeeds()) << of;
    }
    EXPECT_EQ(host.Do("sockets { transport: TRANSPORT_RAW }").done().sockets().sockets_size(), 6);
  });
}

TEST(Raw, SocketRequestsThatCannotBeAreRefused) {
  constexpr char kAny[] = "socket { socket: 's' family: $0 transport: $1 protocol: $2 }";
  const struct {
    const char* family;
    const char* transport;
    const char* protocol;
  } kCases[] = {{"FAMILY_INET", "TRANSPORT_RAW", "PROTOCOL_UNSPECIFIED"},
                {"FAMILY_INET", "TRANSPORT_RAW", "PROTOCOL_ICMPV6"},
                {"FAMILY_INET6", "TRANSPORT_RAW", "PROTOCOL_ICMP"},
                {"FAMILY_INET", "TRANSPORT_TCP", "PROTOCOL_TCP"},
                {"FAMILY_INET", "TRANSPORT_PING", "PROTOCOL_ICMP"},
                {"FAMILY_INET", "TRANSPORT_RAW", "99"}};
  Host host;
  for (const auto& [family, transport, protocol] : kCases) {
    EXPECT_THAT(host.Do(kAny, family, transport, protocol),
                Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "protocol"))
        << family << transport << protocol;
  }
}

TEST(Raw, NonblockingFromTheStart) {
  Host host;
  host.Do("socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_UDP nonblocking: true }");
  EXPECT_THAT(host.Do("recv { socket: 's' max_bytes: 9 }"), FailsWith(EAGAIN));
}

}  // namespace
}  // namespace balcony::agent
