#include "agent/dispatch.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

constexpr auto kInvalid = v1::REFUSAL_CODE_INVALID_ARGUMENT;

struct BadCall {
  const char* text;
  v1::RefusalCode code;
  const char* field;
};

class Refusals : public testing::TestWithParam<BadCall> {};

TEST_P(Refusals, NameTheFieldAndChangeNothing) {
  Host host;
  host.Connected();
  host.Udp("udp");
  EXPECT_THAT(host.Do(ToCall(GetParam().text)), Refuses(GetParam().code, GetParam().field));
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'x' } }"), Succeeds());
}

const BadCall kSocketCalls[] = {
    {"id: 1", kInvalid, "call"},
    {"patience { seconds: -1 } barrier {}", kInvalid, "patience"},
    {"patience { nanos: 1000000000 } barrier {}", kInvalid, "patience"},
    {"patience { seconds: 400000000000 } barrier {}", kInvalid, "patience"},
    {"socket { family: FAMILY_INET transport: TRANSPORT_TCP }", kInvalid, "socket"},
    {"socket { socket: 'a\\n' family: FAMILY_INET transport: TRANSPORT_TCP }", kInvalid, "socket"},
    {"socket { socket: '\\302\\205' family: FAMILY_INET transport: TRANSPORT_TCP }", kInvalid,
     "socket"},
    {"socket { socket: 's' transport: TRANSPORT_TCP }", kInvalid, "family"},
    {"socket { socket: 's' family: 9 transport: TRANSPORT_TCP }", kInvalid, "family"},
    {"socket { socket: 's' family: FAMILY_INET }", kInvalid, "transport"},
    {"socket { socket: 's' family: FAMILY_INET transport: 9 }", kInvalid, "transport"},
    {"socket { socket: 'romeo' family: FAMILY_INET transport: TRANSPORT_TCP }",
     v1::REFUSAL_CODE_ALREADY_EXISTS, "socket"},
    {"bind { socket: 'romeo' }", kInvalid, "address"},
    {"bind { socket: 'romeo' address {} }", kInvalid, "address.address"},
    {"bind { socket: 'romeo' address { address: 'juliet' } }", kInvalid, "address.address"},
    {"bind { socket: 'romeo' address { address: '[::1]' } }", kInvalid, "address.address"},
    {"bind { socket: 'romeo' address { address: 'fe80::1%none' } }", kInvalid, "address.address"},
    {"bind { socket: 'romeo' address { address: '127.0.0.1' port: 65536 } }", kInvalid,
     "address.port"},
    {"bind { socket: 'romeo' address { address: '127.0.0.1\\000.example' } }", kInvalid,
     "address.address"},
    {"bind { address { address: '127.0.0.1' } }", kInvalid, "socket"},
    {"close {}", kInvalid, "socket"},
    {"state { socket: 'a\\n' }", kInvalid, "socket"},
    {"setblocking { socket: 'romeo' }", kInvalid, "blocking"},
    {"connect { socket: 'romeo' }", kInvalid, "address"},
    {"listen { socket: 'door' backlog: -1 }", kInvalid, "backlog"},
    {"accept { socket: 'door' }", kInvalid, "connection"},
    {"accept { socket: 'door' connection: 'romeo' }", v1::REFUSAL_CODE_ALREADY_EXISTS,
     "connection"},
    {"shutdown { socket: 'romeo' }", kInvalid, "how"},
    {"shutdown { socket: 'romeo' how: 7 }", kInvalid, "how"},
    {"sockets { transport: TRANSPORT_UNSPECIFIED }", kInvalid, "transport"},
    {"sockets { state: STATE_UNSPECIFIED }", kInvalid, "state"},
    {"sockets { state: 99 }", kInvalid, "state"},
};
INSTANTIATE_TEST_SUITE_P(SocketCalls, Refusals, testing::ValuesIn(kSocketCalls));

const BadCall kTransferCalls[] = {
    {"send { socket: 'romeo' }", kInvalid, "data"},
    {"send { socket: 'romeo' data { unit: 'x' count: 0 } }", kInvalid, "data.count"},
    {"send { socket: 'romeo' data { unit: 'x' count: 1099511627777 } }", kInvalid, "data.count"},
    {"sendall { socket: 'romeo' data { unit: 'xx' count: 1099511627776 } }", kInvalid,
     "data.count"},
    {"send { socket: 'romeo' data { count: 18446744073709551615 } }", kInvalid, "data.count"},
    {"send { socket: 'udp' data { unit: 'x' count: 1048577 } }", kInvalid, "data.count"},
    {"sendto { socket: 'udp' data { unit: 'x' } }", kInvalid, "address"},
    {"sendto { socket: 'udp' address { address: '::1' port: 99999 } data {} }", kInvalid,
     "address.port"},
    {"send { data {} }", kInvalid, "socket"},
    {"recv { socket: 'romeo' }", kInvalid, "max_bytes"},
    {"recvfrom { socket: 'udp' }", kInvalid, "max_bytes"},
    {"recv { socket: 'romeo' max_bytes: -1 }", kInvalid, "max_bytes"},
    {"recv { socket: 'romeo' max_bytes: 1048577 }", kInvalid, "max_bytes"},
    {"recv { socket: 'romeo' max_bytes: 9223372036854775807 }", kInvalid, "max_bytes"},
    {"recvfrom { socket: 'romeo' max_bytes: -9223372036854775808 }", kInvalid, "max_bytes"},
    {"recv { socket: 'romeo' max_bytes: 9 until: '' }", kInvalid, "until"},
    {"recv { socket: 'udp' max_bytes: 9 until: 'x' }", kInvalid, "until"},
    {"recv { socket: 'udp' max_bytes: 9 flags: FLAG_WAITALL }", kInvalid, "flags"},
};
INSTANTIATE_TEST_SUITE_P(TransferCalls, Refusals, testing::ValuesIn(kTransferCalls));

class UnknownSocket : public testing::TestWithParam<const char*> {};

TEST_P(UnknownSocket, IsNotFound) {
  Host host;
  EXPECT_THAT(host.Do(ToCall(GetParam())), Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket"));
}

INSTANTIATE_TEST_SUITE_P(
    EveryCall, UnknownSocket,
    testing::Values("bind { socket: 'x' address { address: '::1' } }", "listen { socket: 'x' }",
                    "accept { socket: 'x' connection: 'c' }",
                    "connect { socket: 'x' address { address: '::1' } }",
                    "shutdown { socket: 'x' how: HOW_RD }", "close { socket: 'x' }",
                    "getsockname { socket: 'x' }", "getpeername { socket: 'x' }",
                    "setblocking { socket: 'x' blocking: true }", "send { socket: 'x' data {} }",
                    "sendall { socket: 'x' data {} }",
                    "sendto { socket: 'x' data {} address { address: '::1' } }",
                    "recv { socket: 'x' max_bytes: 1 }", "recvfrom { socket: 'x' max_bytes: 1 }",
                    "state { socket: 'x' }", "queues { socket: 'x' }"));

TEST(Dispatch, NameHasAtMost64Characters) {
  Host host;
  std::string name;
  for (int i = 0; i < 64; ++i) name += "ö";  // characters, not bytes
  host.Tcp(name);
  EXPECT_THAT(
      host.Do("socket { socket: '$0x' family: FAMILY_INET transport: TRANSPORT_TCP }", name),
      Refuses(kInvalid, "socket"));
}

// A refusal that quoted all of it would not fit in a client's message.
TEST(Dispatch, RefusalsQuoteLittle) {
  Host host;
  host.Tcp("romeo");
  const std::string long_text(5 * 1024 * 1024, 'x');
  const v1::Event name = host.Do("close { socket: '$0' }", long_text);
  EXPECT_THAT(name, Refuses(kInvalid, "socket"));
  EXPECT_LT(name.refused().message().size(), 300u);
  for (const std::string& address : {long_text, "fe80::1%" + long_text}) {
    const v1::Event bind = host.Do("bind { socket: 'romeo' address { address: '$0' } }", address);
    EXPECT_THAT(bind, Refuses(kInvalid, "address.address"));
    EXPECT_LT(bind.refused().message().size(), 300u);
    EXPECT_THAT(bind.refused().message(), testing::HasSubstr("xxx"));
  }
}

TEST(Dispatch, PayloadHasAtMostOneMebibyte) {
  Host host;
  host.Connected();
  v1::Call call = ToCall("send { socket: 'romeo' flags: FLAG_DONTWAIT data {} }");
  call.mutable_send()->mutable_data()->set_unit(std::string(1048576, 'x'));
  EXPECT_THAT(host.Do(call), Succeeds());
  call.mutable_send()->mutable_data()->set_unit(std::string(1048577, 'x'));
  EXPECT_THAT(host.Do(call), Refuses(kInvalid, "data.unit"));
}

TEST(Dispatch, DelimiterHasAtMost1024Bytes) {
  Host host;
  host.Connected();
  v1::Call call = ToCall("recv { socket: 'romeo' max_bytes: 9 }");
  call.mutable_recv()->set_until(std::string(1025, 'x'));
  EXPECT_THAT(host.Do(call), Refuses(kInvalid, "until"));
}

TEST(Dispatch, IdOfACallUnderWayIsTaken) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 9 }");
  EXPECT_THAT(host.Next(recv), Blocks());
  host.Start("id: $0 barrier {}", recv);
  EXPECT_THAT(host.Next(recv), Refuses(v1::REFUSAL_CODE_ALREADY_EXISTS, "id"));
  host.Do("send { socket: 'romeo' data { unit: 'x' } }");
  EXPECT_THAT(host.Next(recv), Succeeds());
}

TEST(Dispatch, TimesAreInOrder) {
  Host host;
  host.Connected();
  const v1::Outcome outcome =
      OutcomeOf(host.Do("patience {} recv { socket: 'juliet' max_bytes: 9 }"));
  const auto nanos = [](const auto& time) { return time.seconds() * 1'000'000'000 + time.nanos(); };
  EXPECT_TRUE(outcome.has_timed_out());
  EXPECT_LE(nanos(outcome.started()), nanos(outcome.blocked()));
  EXPECT_LE(nanos(outcome.blocked()), nanos(outcome.ended()));
}

}  // namespace
}  // namespace balcony::agent
