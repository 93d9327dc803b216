// sendmsg and recvmsg. What one test says of IPv4 and of IPv6 is in a table.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/set_option.h"

namespace balcony::agent {
namespace {

using testing::ElementsAre;

std::vector<std::string> FlagsOf(const v1::RecvmsgResponse& response) {
  std::vector<std::string> names;
  for (const int flag : response.flags())
    names.push_back(v1::Flag_Name(static_cast<v1::Flag>(flag)));
  return names;
}

v1::RecvmsgResponse Recvmsg(Host& host, const char* call = kRecvmsg) {
  const v1::Event event = host.Do(call);
  EXPECT_THAT(event, Succeeds());
  return event.done().recvmsg();
}

// "romeo" connected to "juliet", which gets what he sends.
void UdpPair(Host& host, const std::string& text) {
  host.ConnectedUdp();
  if (!text.empty()) Send(host, text);
}

TEST(MessageCalls, DatagramsAreNeverJoined) {
  Host host;
  UdpPair(host, "0123456789");
  host.Do("sendmsg { socket: 'romeo' data { unit: 'abc' } }");
  EXPECT_EQ(Recvmsg(host).data(), "0123456789");
  EXPECT_EQ(Recvmsg(host).data(), "abc");
}

TEST(MessageCalls, ShortBufferLosesTheRestAndSaysSo) {
  Host host;
  UdpPair(host, "0123456789");
  host.Do("send { socket: 'romeo' data { unit: 'next' } }");
  const v1::RecvmsgResponse cut = Recvmsg(host, "recvmsg { socket: 'juliet' max_bytes: 4 }");
  EXPECT_EQ(cut.data(), "0123");
  EXPECT_EQ(cut.size(), 4u);
  EXPECT_THAT(FlagsOf(cut), ElementsAre("FLAG_TRUNC"));
  const v1::RecvmsgResponse whole = Recvmsg(host);
  EXPECT_EQ(whole.data(), "next");
  EXPECT_THAT(FlagsOf(whole), ElementsAre());
}

TEST(MessageCalls, TruncTellsTheWholeSize) {
  Host host;
  UdpPair(host, "0123456789");
  const v1::RecvmsgResponse cut =
      Recvmsg(host, "recvmsg { socket: 'juliet' max_bytes: 4 flags: [FLAG_TRUNC, FLAG_PEEK] }");
  EXPECT_EQ(cut.data(), "0123");
  EXPECT_EQ(cut.size(), 10u);
  EXPECT_EQ(Recvmsg(host).size(), 10u);
}

TEST(MessageCalls, EmptyDatagramHasAnAddressAndIsNoEnd) {
  Host host;
  UdpPair(host, "");
  const uint32_t from =
      host.Do("getsockname { socket: 'romeo' }").done().getsockname().local().port();
  EXPECT_THAT(host.Do("sendmsg { socket: 'romeo' data {} }"), Succeeds());
  const v1::RecvmsgResponse empty = Recvmsg(host);
  EXPECT_EQ(empty.size(), 0u);
  EXPECT_FALSE(empty.end_of_stream());
  EXPECT_EQ(empty.address().port(), from);
}

TEST(MessageCalls, SendmsgTellsItsBytesAndSendsToAnAddress) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  EXPECT_THAT(host.Do("sendmsg { socket: 'romeo' data { unit: 'x' } }"), FailsWith(EDESTADDRREQ));
  const v1::Event event = host.Do(
      "sendmsg { socket: 'romeo' data { unit: 'hi' } address { address: '127.0.0.1' port: $0 }"
      "          flags: [FLAG_CONFIRM, FLAG_DONTROUTE] }",
      port);
  EXPECT_THAT(event, Succeeds());
  EXPECT_EQ(event.done().sendmsg().bytes(), 2u);
  EXPECT_EQ(Recvmsg(host).data(), "hi");
}

TEST(MessageCalls, OnTcpTruncDropsTheBytesAndNobodyIsNamed) {
  Host host;
  host.Connected();
  host.Do("sendmsg { socket: 'romeo' data { unit: 'abcdef' } }");
  host.WaitForRecvQueue("juliet", 6);
  const v1::RecvmsgResponse dropped =
      Recvmsg(host, "recvmsg { socket: 'juliet' max_bytes: 3 flags: [FLAG_TRUNC, FLAG_WAITALL] }");
  EXPECT_EQ(dropped.size(), 3u);
  EXPECT_EQ(dropped.data(), "");
  EXPECT_FALSE(dropped.end_of_stream());
  const v1::RecvmsgResponse rest = Recvmsg(host);
  EXPECT_EQ(rest.data(), "def");
  EXPECT_FALSE(rest.has_address());
  host.Do("close { socket: 'romeo' }");
  EXPECT_TRUE(Recvmsg(host).end_of_stream());
}

TEST(MessageCalls, UrgentByteIsMarkedAsOne) {
  Host host;
  host.Connected();
  host.Do("sendmsg { socket: 'romeo' data { unit: 'X' } flags: FLAG_OOB }");
  host.WaitForRecvQueue("juliet", 1);
  const v1::RecvmsgResponse urgent =
      Recvmsg(host, "recvmsg { socket: 'juliet' max_bytes: 1 flags: FLAG_OOB }");
  EXPECT_EQ(urgent.data(), "X");
  EXPECT_THAT(FlagsOf(urgent), ElementsAre("FLAG_OOB"));
}

TEST(MessageCalls, WaitingOnesEndAsOtherCallsDo) {
  Host host;
  host.Connected();
  const uint64_t recvmsg =
      host.Start("recvmsg { socket: 'juliet' max_bytes: 9 flags: FLAG_WAITALL }");
  EXPECT_THAT(host.Next(recvmsg), Blocks());
  host.Do("send { socket: 'romeo' data { unit: 'abc' } }");
  host.WaitForRecvQueue("juliet", 0);
  host.Do("cancel { id: $0 }", recvmsg);
  const v1::Event event = host.Next(recvmsg);
  EXPECT_THAT(event, IsCancelled("cancelled"));
  EXPECT_EQ(event.done().recvmsg().data(), "abc");
  EXPECT_EQ(event.done().recvmsg().size(), 3u);
  EXPECT_THAT(host.Do("patience {} recvmsg { socket: 'juliet' max_bytes: 9 }"), TimesOut());
  const v1::Event send =
      host.Do("patience {} sendmsg { socket: 'romeo' data { unit: 'x' count: 100000000 } }");
  EXPECT_THAT(send, TimesOut());
  EXPECT_GT(send.done().sendmsg().bytes(), 0u);
}

TEST(MessageCalls, TimestampIsTheWallClocks) {
  Host host;
  UdpPair(host, "");
  SetOption(host, "juliet", SOL_SOCKET, SO_TIMESTAMP, 1);
  const int64_t before = absl::ToUnixSeconds(absl::Now());
  host.Do("send { socket: 'romeo' data { unit: 'x' } }");
  const v1::RecvmsgResponse got = Recvmsg(host);
  EXPECT_GE(got.timestamp().seconds(), before);
  EXPECT_LE(got.timestamp().seconds(), absl::ToUnixSeconds(absl::Now()));
}

TEST(MessageCalls, AncillaryDataWithoutRoomIsCut) {
  Host host;
  UdpPair(host, "x");
  SetOption(host, "juliet", IPPROTO_IP, IP_RECVTTL, 1);
  for (const char* room : {"0", "15", "19"}) {
    const v1::Event event = host.Do(
        "recvmsg { socket: 'juliet' max_bytes: 9 control_bytes: $0 flags: FLAG_PEEK }", room);
    EXPECT_THAT(FlagsOf(event.done().recvmsg()), ElementsAre("FLAG_CTRUNC")) << room;
    EXPECT_FALSE(event.done().recvmsg().has_ttl()) << room;
  }
  EXPECT_EQ(Recvmsg(host).ttl(), 64);
}

TEST(MessageCalls, UnknownSocketIsNotFound) {
  Host host;
  for (const char* call :
       {"sendmsg { socket: 'x' data {} }", "recvmsg { socket: 'x' max_bytes: 1 }"}) {
    EXPECT_THAT(host.Do(call), Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket")) << call;
  }
}

struct BadMessage {
  const char* call;
  const char* field;
};

class RefusedMessage : public testing::TestWithParam<BadMessage> {};

TEST_P(RefusedMessage, NamesTheField) {
  Host host;
  host.Udp("v4");
  host.Do("socket { socket: 'v6' family: FAMILY_INET6 transport: TRANSPORT_UDP }");
  EXPECT_THAT(host.Do(ToCall(GetParam().call)),
              Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(
    EveryField, RefusedMessage,
    testing::Values(
        BadMessage{"sendmsg { socket: 'v4' }", "data"},
        BadMessage{"sendmsg { socket: 'v4' data {} address {} }", "address.address"},
        BadMessage{"sendmsg { socket: 'v4' data {} flags: FLAG_PEEK }", "flags"},
        BadMessage{"sendmsg { socket: 'v4' data {} ttl: 0 }", "ttl"},
        BadMessage{"sendmsg { socket: 'v4' data {} ttl: 256 }", "ttl"},
        BadMessage{"sendmsg { socket: 'v6' data {} ttl: -1 }", "ttl"},
        BadMessage{"sendmsg { socket: 'v4' data {} tos: 256 }", "tos"},
        BadMessage{"sendmsg { socket: 'v4' data {} tos: -1 }", "tos"},
        BadMessage{"sendmsg { socket: 'v4' data {} pktinfo { interface: 'none' } }",
                   "pktinfo.interface"},
        BadMessage{"sendmsg { socket: 'v4' data {} pktinfo { interface: 'lo\\000' } }",
                   "pktinfo.interface"},
        BadMessage{"sendmsg { socket: 'v4' data {} pktinfo { address: 'juliet' } }",
                   "pktinfo.address"},
        BadMessage{"sendmsg { socket: 'v4' data {} pktinfo { address: '::1' } }",
                   "pktinfo.address"},
        BadMessage{"sendmsg { socket: 'v6' data {} pktinfo { address: '127.0.0.1' } }",
                   "pktinfo.address"},
        BadMessage{"sendmsg { socket: 'v4' data {} pktinfo { local: '127.0.0.1' } }",
                   "pktinfo.local"},
        BadMessage{"recvmsg { socket: 'v4' }", "max_bytes"},
        BadMessage{"recvmsg { socket: 'v4' max_bytes: 9 flags: FLAG_MORE }", "flags"},
        BadMessage{"recvmsg { socket: 'v4' max_bytes: 9 flags: FLAG_WAITALL }", "flags"},
        BadMessage{"recvmsg { socket: 'v4' max_bytes: 9 control_bytes: -1 }", "control_bytes"},
        BadMessage{"recvmsg { socket: 'v4' max_bytes: 9 control_bytes: 65537 }", "control_bytes"}));

}  // namespace
}  // namespace balcony::agent
