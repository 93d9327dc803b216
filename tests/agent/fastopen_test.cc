// MSG_FASTOPEN: a send that is a connect as well.
#include <cerrno>
#include <string>

#include "agent/sysctl.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/own_network.h"

namespace balcony::agent {
namespace {

// net.ipv4.tcp_fastopen, ip-sysctl: 1 for clients; and, so that the first SYN takes data already,
// for servers (2, 0x400) without a cookie (4, 0x200).
constexpr char kClients[] = "1";
constexpr char kWithoutCookie[] = "1543";

constexpr char kFastopen[] =
    "sendto { socket: 'romeo' address { address: '127.0.0.1' port: $0 }"
    "         data { unit: 'hello' } flags: FLAG_FASTOPEN }";

uint64_t BytesOf(const v1::Event& event) { return event.done().sendto().bytes(); }

class Fastopen : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Sysctl, Fastopen, testing::Values(kClients, kWithoutCookie));

TEST_P(Fastopen, ConnectsAndSends) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", GetParam()), 0);
    Host host;
    const uint32_t port = host.Listening("door");
    host.Tcp("romeo");
    const v1::Event event = host.Do(kFastopen, port);
    EXPECT_THAT(event, Succeeds());
    EXPECT_EQ(BytesOf(event), 5u);
    EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
    EXPECT_EQ(host.Do("getpeername { socket: 'romeo' }").done().getpeername().peer().port(), port);
    host.Do("accept { socket: 'door' connection: 'juliet' }");
    EXPECT_EQ(DataOf(host.Do(kRecv, "juliet", 9)), "hello");
    EXPECT_THAT(host.Do(kFastopen, port), FailsWith(EISCONN));
  });
}

TEST_P(Fastopen, SendsMoreThanASynHolds) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", GetParam()), 0);
    Host host;
    const uint32_t port = host.Listening("door");
    host.Tcp("romeo");
    const uint64_t send = host.Start(
        "sendto { socket: 'romeo' address { address: '127.0.0.1' port: $0 }"
        "         data { unit: 'x' count: 3000000 } flags: FLAG_FASTOPEN }",
        port);
    host.Do("accept { socket: 'door' connection: 'juliet' }");
    const v1::Event recv =
        host.Do("recv { socket: 'juliet' max_bytes: 1000000 flags: FLAG_WAITALL }");
    EXPECT_EQ(DataOf(recv), std::string(1'000'000, 'x'));
    for (int i = 0; i < 2; ++i) {
      host.Do("recv { socket: 'juliet' max_bytes: 1000000 flags: FLAG_WAITALL }");
    }
    EXPECT_EQ(BytesOf(host.End(send)), 3'000'000u);
  });
}

TEST_P(Fastopen, IsRefusedAsAConnectIs) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", GetParam()), 0);
    Host host;
    const uint32_t port = host.BoundTcp("juliet");
    host.Tcp("romeo");
    for (int i = 0; i < 2; ++i) {
      const v1::Event event = host.Do(kFastopen, port);
      EXPECT_THAT(event, FailsWith(ECONNREFUSED));
      EXPECT_EQ(BytesOf(event), 0u);
    }
    host.Do("listen { socket: 'juliet' }");
    EXPECT_THAT(host.Do(kFastopen, port), Succeeds());
  });
}

TEST_P(Fastopen, BlocksAsAConnectDoes) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", GetParam()), 0);
    Host host;
    const uint32_t port = host.FullDoor();
    host.Tcp("romeo");
    const uint64_t send = host.Start(kFastopen, port);
    EXPECT_THAT(host.Next(send), Blocks());
    EXPECT_EQ(host.State("romeo"), v1::STATE_SYN_SENT);
    const uint64_t recv = host.Start(kRecv, "romeo", 9);  // not ENOTCONN
    EXPECT_THAT(host.Next(recv), Blocks());
    host.Do("accept { socket: 'door' connection: 'c' }");
    const v1::Event event = host.Next(send);  // at the next SYN, after a second
    EXPECT_THAT(event, Succeeds());
    EXPECT_EQ(BytesOf(event), 5u);
    host.Do("accept { socket: 'door' connection: 'juliet' }");
    EXPECT_EQ(DataOf(host.Do(kRecv, "juliet", 9)), "hello");
    host.Do("send { socket: 'juliet' data { unit: 'back' } }");
    EXPECT_EQ(DataOf(host.Next(recv)), "back");
  });
}

TEST_P(Fastopen, ThatIsCutShortLeavesTheConnectionUnderWay) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", GetParam()), 0);
    const uint64_t with_the_syn = GetParam() == std::string(kWithoutCookie) ? 5 : 0;
    Host host;
    const uint32_t port = host.FullDoor();
    host.Tcp("romeo");
    v1::Call call = ToCall(absl::Substitute(kFastopen, port));
    call.mutable_patience()->set_nanos(1'000'000);
    const v1::Event late = host.Do(call);
    EXPECT_THAT(late, TimesOut());
    EXPECT_EQ(BytesOf(late), with_the_syn);
    EXPECT_EQ(host.State("romeo"), v1::STATE_SYN_SENT);
    const uint64_t again = host.Start(kFastopen, port);
    EXPECT_THAT(host.Next(again), Blocks());
    host.Do("cancel { id: $0 }", again);
    const v1::Event cancelled = host.Next(again);
    EXPECT_THAT(cancelled, IsCancelled("cancelled"));
    EXPECT_EQ(BytesOf(cancelled), 0u);
  });
}

TEST(FastopenOnce, NonBlockingWithoutACookieQueuesNothing) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", kClients), 0);
    Host host;
    const uint32_t port = host.Listening("door");
    host.Tcp("romeo");
    host.Do("setblocking { socket: 'romeo' blocking: false }");
    const v1::Event event = host.Do(kFastopen, port);
    EXPECT_THAT(event, FailsWith(EINPROGRESS));
    EXPECT_EQ(BytesOf(event), 0u);
    host.WaitForState("romeo", v1::STATE_ESTABLISHED);
    host.Do("accept { socket: 'door' connection: 'juliet' }");
    EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 9 flags: FLAG_DONTWAIT }"),
                FailsWith(EAGAIN));
  });
}

TEST(FastopenOnce, NonBlockingSendsWhatASynHolds) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", kWithoutCookie), 0);
    Host host;
    const uint32_t port = host.FullDoor();
    host.Tcp("romeo");
    const v1::Event event = host.Do(
        "sendto { socket: 'romeo' address { address: '127.0.0.1' port: $0 }"
        "         data { unit: 'x' count: 1000000 } flags: [FLAG_FASTOPEN, FLAG_DONTWAIT] }",
        port);
    EXPECT_THAT(event, Succeeds());
    EXPECT_GT(BytesOf(event), 0u);
    EXPECT_LT(BytesOf(event), 65536u);
    EXPECT_EQ(host.State("romeo"), v1::STATE_SYN_SENT);
  });
}

// TCP_FASTOPEN_CONNECT: the connect is answered at once, and the first send makes it.
void PutOffConnect(Host& host, uint32_t port) {
  ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", kWithoutCookie), 0);
  host.Tcp("romeo");
  host.Do("setsockopt { socket: 'romeo' option: 'TCP_FASTOPEN_CONNECT' value { flag: true } }");
  const v1::Event event =
      host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  ASSERT_THAT(event, Succeeds());
  ASSERT_EQ(host.State("romeo"), v1::STATE_SYN_SENT);
}

TEST(FastopenPutOff, SendConnects) {
  InOwnNetwork([] {
    Host host;
    PutOffConnect(host, host.Listening("door"));
    EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'hello' } }"), Succeeds());
    EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
    host.Do("accept { socket: 'door' connection: 'juliet' }");
    EXPECT_EQ(DataOf(host.Do(kRecv, "juliet", 9)), "hello");
  });
}

TEST(FastopenPutOff, SendIsRefusedAsAConnectIs) {
  InOwnNetwork([] {
    Host host;
    PutOffConnect(host, host.BoundTcp("juliet"));
    const v1::Event event = host.Do("send { socket: 'romeo' data { unit: 'hello' } }");
    EXPECT_THAT(event, FailsWith(ECONNREFUSED));
    EXPECT_EQ(event.done().send().bytes(), 0u);
  });
}

TEST(FastopenOnce, IsNotSupportedWhereTheHostForbidsIt) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", "0"), 0);
    Host host;
    const uint32_t port = host.Listening("door");
    host.Tcp("romeo");
    EXPECT_THAT(host.Do(kFastopen, port), FailsWith(EOPNOTSUPP));
    EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
  });
}

TEST(FastopenOnce, OfSendmsgWithoutAnAddressIsTheKernelsToAnswer) {
  InOwnNetwork([] {
    ASSERT_EQ(WriteSysctl("net.ipv4.tcp_fastopen", kClients), 0);
    Host host;
    host.Tcp("romeo");
    EXPECT_THAT(host.Do("sendmsg { socket: 'romeo' data { unit: 'x' } flags: FLAG_FASTOPEN }"),
                FailsWith(EINVAL));
  });
}

}  // namespace
}  // namespace balcony::agent
