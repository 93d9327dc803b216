#include "controller/run/request.h"

#include <google/protobuf/text_format.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "controller/script/calls.h"
#include "tests/run/scene.h"

namespace balcony::run {
namespace {

absl::StatusOr<Request> Make(const std::string& call) {
  Scene scene("romeo> " + call);
  scene.variables().Set(0, "sock", {Socket{"sock"}});
  scene.variables().Set(0, "peer", {Endpoint{"10.10.0.101", 4000}});
  scene.variables().Set(0, "word", {Text{"x"}});
  return MakeRequest(scene.step().call, scene.scope(), "new");
}

struct RequestCase {
  const char* call;
  const char* request;
};

class RequestTable : public testing::TestWithParam<RequestCase> {};

TEST_P(RequestTable, IsWhatTheCallSays) {
  const auto made = Make(GetParam().call);
  ASSERT_TRUE(made.ok()) << made.status() << " " << GetParam().call;
  v1::Call expected;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(GetParam().request, &expected));
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(made->call, expected))
      << GetParam().call << ": " << made->call.ShortDebugString();
}

INSTANTIATE_TEST_SUITE_P(
    Sockets, RequestTable,
    testing::Values(
        RequestCase{"s = socket(tcp6)",
                    "socket { socket: 'new' family: FAMILY_INET6 transport: TRANSPORT_TCP }"},
        RequestCase{"s = socket(raw, icmp, nonblocking=true)",
                    "socket { socket: 'new' family: FAMILY_INET transport: TRANSPORT_RAW protocol: "
                    "PROTOCOL_ICMP nonblocking: true }"},
        RequestCase{"s = socket(ping6)",
                    "socket { socket: 'new' family: FAMILY_INET6 transport: TRANSPORT_PING }"},
        RequestCase{"s = sock.dup()", "dup { socket: 'sock' duplicate: 'new' }"},
        RequestCase{"sock.disconnect()", "disconnect { socket: 'sock' }"},
        RequestCase{"sock.shutdown(wr)", "shutdown { socket: 'sock' how: HOW_WR }"},
        RequestCase{"sock.poll()", "poll { socket: 'sock' }"},
        RequestCase{
            "sock.poll(IN, RDHUP, wait)",
            "poll { socket: 'sock' events: [ POLL_EVENT_IN, POLL_EVENT_RDHUP ] wait: true }"},
        RequestCase{"sock.ioctl(SIOCATMARK)", "ioctl { socket: 'sock' request: IOCTL_SIOCATMARK }"},
        RequestCase{"sock.timer()", "timer { socket: 'sock' }"},
        RequestCase{"sock.info()", "info { socket: 'sock' }"},
        RequestCase{"sockets(tcp, TIME-WAIT)",
                    "sockets { transport: TRANSPORT_TCP state: STATE_TIME_WAIT }"}));

INSTANTIATE_TEST_SUITE_P(
    Messages, RequestTable,
    testing::Values(
        RequestCase{
            "sock.send(\"x\", oob, dontwait)",
            "send { socket: 'sock' data { unit: 'x' } flags: [ FLAG_OOB, FLAG_DONTWAIT ] }"},
        RequestCase{
            "sock.sendto(\"x\", peer, fastopen)",
            "sendto { socket: 'sock' data { unit: 'x' } address { address: '10.10.0.101' port: "
            "4000 } flags: FLAG_FASTOPEN }"},
        RequestCase{"sock.recv(10, peek, dontwait)",
                    "recv { socket: 'sock' max_bytes: 10 flags: [ FLAG_PEEK, FLAG_DONTWAIT ] }"},
        RequestCase{"sock.recvmsg(16, errqueue)",
                    "recvmsg { socket: 'sock' max_bytes: 16 flags: FLAG_ERRQUEUE }"},
        RequestCase{"sock.recvmsg(4, trunc, control_bytes=0)",
                    "recvmsg { socket: 'sock' max_bytes: 4 flags: FLAG_TRUNC control_bytes: 0 }"},
        RequestCase{"sock.sendmsg(\"x\", more)",
                    "sendmsg { socket: 'sock' data { unit: 'x' } flags: FLAG_MORE }"},
        RequestCase{
            "sock.sendmsg(\"x\", juliet:5, ttl=1, tos=16, pktinfo={interface: \"eth0\", address: "
            "romeo})",
            "sendmsg { socket: 'sock' data { unit: 'x' } address { address: '10.10.0.101' port: 5 "
            "} ttl: 1 tos: 16 pktinfo { interface: 'eth0' address: '10.10.0.100' } }"}));

INSTANTIATE_TEST_SUITE_P(
    Options, RequestTable,
    testing::Values(
        RequestCase{"sock.getsockopt(SO_ERROR)",
                    "getsockopt { socket: 'sock' option: 'SO_ERROR' }"},
        RequestCase{"sock.setsockopt(SO_REUSEADDR, 1)",
                    "setsockopt { socket: 'sock' option: 'SO_REUSEADDR' value { flag: true } }"},
        RequestCase{"sock.setsockopt(TCP_NODELAY, false)",
                    "setsockopt { socket: 'sock' option: 'TCP_NODELAY' value { flag: false } }"},
        RequestCase{"sock.setsockopt(SO_RCVBUF, 5000)",
                    "setsockopt { socket: 'sock' option: 'SO_RCVBUF' value { number: 5000 } }"},
        RequestCase{"sock.setsockopt(IP_TTL, 1)",
                    "setsockopt { socket: 'sock' option: 'IP_TTL' value { number: 1 } }"},
        RequestCase{"sock.setsockopt(SO_RCVTIMEO, 200ms)",
                    "setsockopt { socket: 'sock' option: 'SO_RCVTIMEO' value { duration { nanos: "
                    "200000000 } } }"},
        RequestCase{
            "sock.setsockopt(SO_LINGER, {onoff: 1, linger: 0})",
            "setsockopt { socket: 'sock' option: 'SO_LINGER' value { linger { onoff: true } } }"},
        RequestCase{
            "sock.setsockopt(TCP_CONGESTION, \"reno\")",
            "setsockopt { socket: 'sock' option: 'TCP_CONGESTION' value { text: 'reno' } }"},
        RequestCase{"sock.setsockopt(IP_MTU_DISCOVER, DO)",
                    "setsockopt { socket: 'sock' option: 'IP_MTU_DISCOVER' value { word: 'DO' } }"},
        RequestCase{
            "sock.setsockopt(IP_ADD_MEMBERSHIP, 239.1.2.3)",
            "setsockopt { socket: 'sock' option: 'IP_ADD_MEMBERSHIP' value { membership { group: "
            "'239.1.2.3' } } }"},
        RequestCase{
            "sock.setsockopt(IP_ADD_MEMBERSHIP, {group: 239.1.2.3, interface: \"eth0\"})",
            "setsockopt { socket: 'sock' option: 'IP_ADD_MEMBERSHIP' value { membership { group: "
            "'239.1.2.3' interface: 'eth0' } } }"}));

INSTANTIATE_TEST_SUITE_P(
    Hosts, RequestTable,
    testing::Values(
        RequestCase{"resolve(\"juliet.example\", inet6)",
                    "resolve { name: 'juliet.example' family: FAMILY_INET6 }"},
        RequestCase{"counters(Udp)", "counters { group: 'Udp' }"},
        RequestCase{"interfaces()", "interfaces {}"},
        RequestCase{"set_interface(\"eth0\", up=false)",
                    "set_interface { name: 'eth0' up: false }"},
        RequestCase{"set_interface(\"eth0\", mtu=1400)",
                    "set_interface { name: 'eth0' mtu: 1400 }"},
        RequestCase{"routes()", "routes {}"},
        RequestCase{
            "add_route(\"10.0.0.0/8\", gateway=juliet, metric=5)",
            "add_route { route { destination: '10.0.0.0/8' gateway: '10.10.0.101' metric: 5 } }"},
        RequestCase{"delete_route(\"fd01::/64\", gateway=juliet)",
                    "delete_route { route { destination: 'fd01::/64' gateway: 'fd00::2' } }"},
        RequestCase{
            "add_route(\"10.9.0.0/16\", blackhole)",
            "add_route { route { destination: '10.9.0.0/16' kind: ROUTE_KIND_BLACKHOLE } }"},
        RequestCase{"neighbours()", "neighbours {}"},
        RequestCase{"add_neighbour(juliet, \"02:00:00:00:00:09\", \"eth0\")",
                    "add_neighbour { neighbour { address: '10.10.0.101' link_address: "
                    "'02:00:00:00:00:09' interface: 'eth0' } }"},
        RequestCase{"delete_neighbour(10.10.0.101, interface=\"eth0\")",
                    "delete_neighbour { neighbour { address: '10.10.0.101' interface: 'eth0' } }"},
        RequestCase{"sysctl(\"net.ipv4.tcp_syncookies\")",
                    "sysctl { name: 'net.ipv4.tcp_syncookies' }"},
        RequestCase{"sysctl(\"net.ipv4.tcp_syncookies\", 0)",
                    "sysctl { name: 'net.ipv4.tcp_syncookies' value: '0' }"}));

TEST(Request, AVariableOfAnotherKindThanTheOptionsIsRefused) {
  const auto made = Make("sock.setsockopt(SO_RCVBUF, word)");
  EXPECT_EQ(made.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(made.status().message(), "SO_RCVBUF takes another kind of value: write 10000");
}

TEST(Request, ADuplicateIsASocketLikeItsOriginal) {
  Scene scene("romeo> s = sock.dup()");
  scene.variables().Set(0, "sock", {Socket{"sock", v1::FAMILY_INET6, v1::TRANSPORT_UDP}});
  const auto made = MakeRequest(scene.step().call, scene.scope(), "new");
  EXPECT_EQ(made->made->transport, v1::TRANSPORT_UDP);
  EXPECT_EQ(made->made->family, v1::FAMILY_INET6);
}

TEST(Request, EveryCallOfAnAgentHasOne) {
  for (const script::Signature& signature : script::Signatures()) {
    if (signature.actor != script::Actor::kAgent) continue;
    script::Call call;
    call.function = signature.function;
    call.receiver = signature.receiver == script::Receiver::kSocket ? "sock" : "";
    Scene scene("romeo> sock.close()");
    scene.variables().Set(0, "sock", {Socket{"sock"}});
    EXPECT_NE(MakeRequest(call, scene.scope(), "new").status().code(), absl::StatusCode::kInternal)
        << signature.function;
  }
}

}  // namespace
}  // namespace balcony::run
