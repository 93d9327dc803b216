#include <cerrno>

#include "agent/options.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/options.h"

namespace balcony::agent {
namespace {

// A socket of each kind: "tcp" and "udp", connected, and "tcp6" and "udp6".
void OpenAll(Host& host) {
  const uint32_t port = host.Listening("door");
  host.Tcp("tcp");
  host.Udp("udp");
  for (const char* name : {"tcp", "udp"}) {
    host.Do("connect { socket: '$0' address { address: '127.0.0.1' port: $1 } }", name, port);
  }
  host.Do("socket { socket: 'tcp6' family: FAMILY_INET6 transport: TRANSPORT_TCP }");
  host.Do("socket { socket: 'udp6' family: FAMILY_INET6 transport: TRANSPORT_UDP }");
}

TEST(OptionCalls, KernelKnowsEveryOptionOfTheTable) {
  Host host;
  OpenAll(host);
  for (const Option& option : Options()) {
    if (option.access == OptionAccess::kWrite) continue;
    SCOPED_TRACE(option.name);
    const std::string name = option.name;
    const char* socket = name.starts_with("IPV6_")  ? "udp6"
                         : name.starts_with("UDP_") ? "udp"
                                                    : "tcp";
    // An IPv6 socket without a peer has no MTU; the connected one of IPv4 has.
    if (name == "IPV6_MTU") continue;
    if (option.level == SOL_RAW) continue;  // raw_test.cc: it takes the privilege
    const v1::Event event = host.Do("getsockopt { socket: '$0' option: '$1' }", socket, name);
    EXPECT_THAT(event, Succeeds());
    EXPECT_TRUE(event.done().getsockopt().has_value());
  }
}

struct RoundTrip {
  const char* socket;
  const char* option;
  const char* set;
  const char* read;
};

class OptionValuesTest : public ::testing::TestWithParam<RoundTrip> {};

TEST_P(OptionValuesTest, IsWhatTheKernelMadeOfIt) {
  Host host;
  OpenAll(host);
  const auto& [socket, option, set, read] = GetParam();
  const v1::Event event = Setsockopt(host, socket, option, set);
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(ReadBack(event), read);
  EXPECT_EQ(Getsockopt(host, socket, option), read);
}

INSTANTIATE_TEST_SUITE_P(
    OptionCalls, OptionValuesTest,
    ::testing::Values(
        RoundTrip{"tcp", "SO_REUSEADDR", "flag: true", "flag: true"},
        RoundTrip{"tcp", "SO_KEEPALIVE", "flag: false", "flag: false"},
        RoundTrip{"tcp", "TCP_NODELAY", "flag: true", "flag: true"},
        RoundTrip{"tcp", "TCP_CORK", "flag: true", "flag: true"},
        // Doubled, and no less than the kernel's least.
        RoundTrip{"tcp", "SO_RCVBUF", "number: 5000", "number: 10000"},
        RoundTrip{"tcp", "SO_SNDBUF", "number: 5000", "number: 10000"},
        RoundTrip{"tcp", "SO_RCVBUF", "number: 1", "number: 2304"},
        RoundTrip{"tcp", "SO_SNDBUF", "number: 1", "number: 4608"},
        RoundTrip{"tcp", "TCP_SYNCNT", "number: 2", "number: 2"},
        RoundTrip{"tcp", "TCP_NOTSENT_LOWAT", "number: 4294967295", "number: 4294967295"},
        RoundTrip{"tcp", "SO_MAX_PACING_RATE", "number: 1000000", "number: 1000000"},
        RoundTrip{"tcp", "SO_MAX_PACING_RATE", "number: 4294967295", "number: 4294967295"},
        RoundTrip{"tcp", "TCP_THIN_LINEAR_TIMEOUTS", "flag: true", "flag: true"},
        RoundTrip{"udp", "SO_NO_CHECK", "flag: true", "flag: true"},
        RoundTrip{"tcp", "TCP_KEEPIDLE", "duration { seconds: 7 }", "duration { seconds: 7 }"},
        RoundTrip{"tcp", "TCP_USER_TIMEOUT", "duration { seconds: 2 nanos: 500000000 }",
                  "duration { seconds: 2 nanos: 500000000 }"},
        RoundTrip{"tcp", "SO_RCVTIMEO", "duration { seconds: 1 nanos: 500000000 }",
                  "duration { seconds: 1 nanos: 500000000 }"},
        RoundTrip{"tcp", "SO_SNDTIMEO", "duration { }", "duration { }"},
        RoundTrip{"tcp", "SO_LINGER", "linger { onoff: true linger: 5 }",
                  "linger { onoff: true linger: 5 }"},
        RoundTrip{"tcp", "TCP_CONGESTION", "text: 'reno'", "text: \"reno\""},
        RoundTrip{"udp", "IP_TTL", "number: 3", "number: 3"},
        RoundTrip{"udp", "IP_TOS", "number: 16", "number: 16"},
        RoundTrip{"udp", "IP_MTU_DISCOVER", "word: 'DO'", "word: \"DO\""},
        RoundTrip{"udp", "IP_MULTICAST_ALL", "flag: false", "flag: false"},
        RoundTrip{"udp", "IP_MULTICAST_TTL", "number: 4", "number: 4"},
        RoundTrip{"udp", "IP_MULTICAST_IF", "text: '127.0.0.1'", "text: \"127.0.0.1\""},
        // The kernel remembers an interface and gives an address.
        RoundTrip{"udp", "IP_MULTICAST_IF", "text: 'lo'", "text: \"0.0.0.0\""},
        RoundTrip{"udp6", "IPV6_MULTICAST_IF", "text: 'lo'", "text: \"lo\""},
        RoundTrip{"udp6", "IPV6_MULTICAST_IF", "text: '127.0.0.1'", "text: \"lo\""},
        RoundTrip{"udp6", "IPV6_MULTICAST_IF", "text: ''", "text: \"\""},
        RoundTrip{"udp6", "IPV6_UNICAST_HOPS", "number: 9", "number: 9"},
        RoundTrip{"udp6", "IPV6_MTU_DISCOVER", "word: 'DONT'", "word: \"DONT\""},
        RoundTrip{"tcp6", "IPV6_V6ONLY", "flag: true", "flag: true"},
        RoundTrip{"udp", "UDP_CORK", "flag: false", "flag: false"}));

TEST(OptionCalls, WhatCanOnlyBeReadTellsAndIsTheKernelsToRefuse) {
  Host host;
  OpenAll(host);
  EXPECT_EQ(Getsockopt(host, "tcp", "SO_TYPE"), "word: \"STREAM\"");
  EXPECT_EQ(Getsockopt(host, "udp6", "SO_DOMAIN"), "word: \"INET6\"");
  EXPECT_EQ(Getsockopt(host, "udp", "SO_PROTOCOL"), "word: \"UDP\"");
  EXPECT_EQ(Getsockopt(host, "door", "SO_ACCEPTCONN"), "flag: true");
  EXPECT_EQ(Getsockopt(host, "udp", "IP_MTU"), "number: 65535");
  EXPECT_THAT(host.Do("getsockopt { socket: 'udp6' option: 'IPV6_MTU' }"), FailsWith(ENOTCONN));
  EXPECT_THAT(Setsockopt(host, "tcp", "SO_TYPE", "word: 'DGRAM'"), FailsWith(ENOPROTOOPT));
}

TEST(OptionCalls, WhatASocketDoesNotHaveIsTheKernelsToSay) {
  Host host;
  OpenAll(host);
  EXPECT_THAT(Setsockopt(host, "udp", "TCP_NODELAY", "flag: true"), FailsWith(ENOPROTOOPT));
  EXPECT_THAT(host.Do("getsockopt { socket: 'tcp' option: 'IPV6_V6ONLY' }"), FailsWith(EOPNOTSUPP));
  EXPECT_THAT(host.Do("getsockopt { socket: 'udp' option: 'IP_ADD_MEMBERSHIP' }"),
              FailsWith(ENOPROTOOPT));
  EXPECT_THAT(Setsockopt(host, "tcp", "TCP_CONGESTION", "text: 'none'"), FailsWith(ENOENT));
  EXPECT_THAT(Setsockopt(host, "tcp", "TCP_KEEPCNT", "number: 1000"), FailsWith(EINVAL));
  EXPECT_THAT(Setsockopt(host, "tcp", "TCP_TIMESTAMP", "number: 1"), FailsWith(EPERM));
  EXPECT_THAT(Setsockopt(host, "udp", "ICMP_FILTER", "number: 1"), FailsWith(ENOPROTOOPT));
}

TEST(OptionCalls, PendingErrorIsTakenByReadingIt) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Do("close { socket: 'juliet' }");
  host.Udp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_EQ(Getsockopt(host, "romeo", "SO_ERROR"), "error { }");
  host.Do("send { socket: 'romeo' data { unit: 'x' } }");
  const auto pending = [&] { return Getsockopt(host, "romeo", "SO_ERROR"); };
  std::string error;
  Until([&] { return (error = pending()) != "error { }"; });
  EXPECT_EQ(error, "error { error { number: 111 name: \"ECONNREFUSED\" } }");
  EXPECT_EQ(pending(), "error { }");
}

TEST(OptionCalls, MembershipsAreJoinedAndLeft) {
  constexpr char kGroup[] = "membership { group: '$0' interface: '$1' }";
  Host host;
  OpenAll(host);
  const std::string four = absl::Substitute(kGroup, "239.1.2.3", "lo");
  const std::string by_address = absl::Substitute(kGroup, "239.1.2.3", "127.0.0.1");
  const std::string six = absl::Substitute(kGroup, "ff02::1234", "lo");
  const v1::Event joined = Setsockopt(host, "udp", "IP_ADD_MEMBERSHIP", four);
  EXPECT_THAT(joined, Succeeds());
  EXPECT_FALSE(joined.done().setsockopt().has_value());
  EXPECT_THAT(Setsockopt(host, "udp", "IP_ADD_MEMBERSHIP", by_address), FailsWith(EADDRINUSE));
  EXPECT_THAT(Setsockopt(host, "udp", "IP_DROP_MEMBERSHIP", four), Succeeds());
  EXPECT_THAT(Setsockopt(host, "udp", "IP_DROP_MEMBERSHIP", four), FailsWith(EADDRNOTAVAIL));
  EXPECT_THAT(Setsockopt(host, "udp6", "IPV6_JOIN_GROUP", six), Succeeds());
  EXPECT_THAT(Setsockopt(host, "udp6", "IPV6_LEAVE_GROUP", six), Succeeds());
  EXPECT_THAT(
      Setsockopt(host, "udp", "IP_ADD_MEMBERSHIP", absl::Substitute(kGroup, "10.1.2.3", "lo")),
      FailsWith(EINVAL));
}

TEST(OptionCalls, RequestsThatCannotBeAreRefusedByField) {
  const struct {
    const char* option;
    const char* value;
    const char* field;
  } kCases[] = {
      {"SO_NOTHING", "flag: true", "option"},
      {"", "flag: true", "option"},
      {"SO_REUSEADDR", "", "value"},
      {"SO_REUSEADDR", "number: 1", "value"},
      {"SO_RCVTIMEO", "number: 1", "value"},
      {"SO_ERROR", "error { }", "value"},
      {"SO_RCVBUF", "number: 2147483648", "value.number"},
      {"SO_MARK", "number: -1", "value.number"},
      {"SO_RCVTIMEO", "duration { seconds: -1 }", "value.duration"},
      {"SO_RCVTIMEO", "duration { nanos: 1 }", "value.duration"},
      {"TCP_KEEPIDLE", "duration { seconds: 1 nanos: 500000000 }", "value.duration"},
      {"TCP_KEEPIDLE", "duration { seconds: 9223372036854775807 }", "value.duration"},
      {"TCP_USER_TIMEOUT", "duration { nanos: 1000 }", "value.duration"},
      {"TCP_USER_TIMEOUT", "duration { seconds: 2147484 }", "value.duration"},
      {"TCP_CONGESTION", "text: 'a name of 16 byt'", "value.text"},
      {"IP_MULTICAST_IF", "text: 'nowhere'", "value.text"},
      {"IPV6_MULTICAST_IF", "text: '192.0.2.1'", "value.text"},
      {"IP_MTU_DISCOVER", "word: 'MAYBE'", "value.word"},
      {"IP_ADD_MEMBERSHIP", "membership { group: 'ff02::1' }", "value.membership.group"},
      {"IPV6_JOIN_GROUP", "membership { group: '239.1.2.3' }", "value.membership.group"},
      {"IP_ADD_MEMBERSHIP", "membership { group: '239.1.2.3' interface: 'nowhere' }",
       "value.membership.interface"},
  };
  Host host;
  host.Tcp("sock");
  for (const auto& [option, value, field] : kCases) {
    EXPECT_THAT(Setsockopt(host, "sock", option, value),
                Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, field))
        << option << " " << value;
  }
  EXPECT_THAT(Setsockopt(host, "nobody", "SO_REUSEADDR", "flag: true"),
              Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket"));
}

TEST(OptionCalls, WrongKindIsToldTheRightOne) {
  Host host;
  host.Tcp("sock");
  const v1::Event event = Setsockopt(host, "sock", "SO_LINGER", "flag: true");
  EXPECT_EQ(event.refused().message(), "SO_LINGER takes a value of the kind linger, and not flag");
}

}  // namespace
}  // namespace balcony::agent
