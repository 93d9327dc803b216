#include <cerrno>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

TEST(ConnectionCalls, ConnectToAPortThatListensLaterIsRefusedFirstAndThenSucceeds) {
  Host host;
  const uint32_t port = host.BoundTcp("juliet");
  host.Tcp("romeo");
  EXPECT_THAT(host.Do(kConnect, "romeo", port), FailsWith(ECONNREFUSED));
  EXPECT_THAT(host.Do("listen { socket: 'juliet' }"), Succeeds());
  EXPECT_THAT(host.Do(kConnect, "romeo", port), Succeeds());
}

TEST(ConnectionCalls, ConnectTellsBothEnds) {
  Host host;
  const uint32_t port = host.Listening("door");
  host.Tcp("romeo");
  const v1::ConnectResponse response = host.Do(kConnect, "romeo", port).done().connect();
  EXPECT_EQ(response.local().address(), "127.0.0.1");
  EXPECT_GT(response.local().port(), 0u);
  EXPECT_EQ(response.peer().port(), port);
}

TEST(ConnectionCalls, SecondConnectReportsEisconn) {
  Host host;
  const uint32_t port = host.Listening("door");
  host.Tcp("romeo");
  EXPECT_THAT(host.Do(kConnect, "romeo", port), Succeeds());
  EXPECT_THAT(host.Do(kConnect, "romeo", port), FailsWith(EISCONN));
}

TEST(ConnectionCalls, ListenerConnectsNowhere) {
  Host host;
  const uint32_t port = host.Listening("door");
  host.Listening("other");
  EXPECT_THAT(host.Do(kConnect, "other", port), FailsWith(EISCONN));
}

TEST(ConnectionCalls, AcceptBlocksUntilSomebodyConnects) {
  Host host;
  const uint32_t port = host.Listening("door");
  const uint64_t accept = host.Start("accept { socket: 'door' connection: 'juliet' }");
  EXPECT_THAT(host.Next(accept), Blocks());
  host.Tcp("romeo");
  const v1::Event connected = host.Do(kConnect, "romeo", port);
  const v1::Event accepted = host.Next(accept);
  EXPECT_THAT(accepted, Succeeds());
  EXPECT_EQ(accepted.done().accept().peer().port(), connected.done().connect().local().port());
  EXPECT_EQ(accepted.done().accept().local().port(), port);
  EXPECT_TRUE(accepted.done().accept().outcome().has_blocked());
}

TEST(ConnectionCalls, AcceptOnANonBlockingSocketReportsEagain) {
  Host host;
  host.Listening("door");
  EXPECT_THAT(host.Do("setblocking { socket: 'door' blocking: false }"), Succeeds());
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c' }"), FailsWith(EAGAIN));
  host.Tcp("c");  // the name was not taken
}

TEST(ConnectionCalls, AcceptOutOfOrderIsTheKernelsToAnswer) {
  Host host;
  host.Tcp("tcp");
  host.Udp("udp");
  EXPECT_THAT(host.Do("accept { socket: 'tcp' connection: 'c' }"), FailsWith(EINVAL));
  EXPECT_THAT(host.Do("accept { socket: 'udp' connection: 'c' }"), FailsWith(EOPNOTSUPP));
}

TEST(ConnectionCalls, NameOfAWaitingAcceptIsTaken) {
  Host host;
  host.Listening("door");
  const uint64_t accept = host.Start("accept { socket: 'door' connection: 'c' }");
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c' }"),
              Refuses(v1::REFUSAL_CODE_ALREADY_EXISTS, "connection"));
  EXPECT_THAT(host.Do("socket { socket: 'c' family: FAMILY_INET transport: TRANSPORT_TCP }"),
              Refuses(v1::REFUSAL_CODE_ALREADY_EXISTS, "socket"));
  EXPECT_TRUE(host.Do("cancel { id: $0 }", accept).done().cancel().found());
  host.Tcp("c");
}

TEST(ConnectionCalls, ShutdownOfAListenerEndsItsAccept) {
  Host host;
  host.Listening("door");
  const uint64_t accept = host.Start("accept { socket: 'door' connection: 'c' }");
  EXPECT_THAT(host.Do("shutdown { socket: 'door' how: HOW_RD }"), Succeeds());
  EXPECT_THAT(host.End(accept), FailsWith(EINVAL));
}

TEST(ConnectionCalls, BacklogOfNoneAdmitsOneAndTheNextConnectBlocks) {
  Host host;
  const uint32_t port = host.FullDoor();
  EXPECT_EQ(host.Queues("door").recv_queue(), 1u);
  host.Tcp("second");
  const uint64_t connect = host.Start(kConnect, "second", port);
  EXPECT_THAT(host.Next(connect), Blocks());
  EXPECT_EQ(host.State("second"), v1::STATE_SYN_SENT);
}

TEST(ConnectionCalls, CancelledConnectStaysUnderWay) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  const uint64_t connect = host.Start(kConnect, "second", port);
  host.Do("cancel { id: $0 }", connect);
  EXPECT_THAT(host.End(connect), IsCancelled("cancelled"));
  EXPECT_EQ(host.State("second"), v1::STATE_SYN_SENT);
  const uint64_t again = host.Start(kConnect, "second", port);
  EXPECT_THAT(host.Next(again), Blocks());
}

TEST(ConnectionCalls, NonBlockingConnectGivesTheRawAnswers) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  host.Do("setblocking { socket: 'second' blocking: false }");
  EXPECT_THAT(host.Do(kConnect, "second", port), FailsWith(EINPROGRESS));
  EXPECT_THAT(host.Do(kConnect, "second", port), FailsWith(EALREADY));
}

TEST(ConnectionCalls, BlockedConnectSucceedsWhenThereIsRoom) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  const uint64_t connect = host.Start(kConnect, "second", port);
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c1' }"), Succeeds());
  EXPECT_THAT(host.End(connect), Succeeds());  // after the SYN's retransmission
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c2' }"), Succeeds());
}

TEST(ConnectionCalls, ConnectThatIsShutDownReportsEconnresetAndIsNotTriedAgain) {
  for (const char* how : {"HOW_RD", "HOW_WR", "HOW_RDWR"}) {
    SCOPED_TRACE(how);
    Host host;
    const uint32_t port = host.FullDoor();
    host.Tcp("second");
    const uint64_t connect = host.Start(kConnect, "second", port);
    EXPECT_THAT(host.Do("shutdown { socket: 'second' how: $0 }", how), Succeeds());
    EXPECT_THAT(host.End(connect), FailsWith(ECONNRESET));
    EXPECT_EQ(host.State("second"), v1::STATE_CLOSED);
    EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c' }"), Succeeds());
    EXPECT_THAT(host.Do(kConnect, "second", port), Succeeds());
  }
}

// What is sent ahead of the answer must not take the connect's error from it.
TEST(ConnectionCalls, RefusedConnectKeepsItsErrorFromCallsThatAreSentAhead) {
  Host host;
  const uint32_t port = host.BoundTcp("juliet");
  for (const char* ahead : {"recv { socket: 'romeo' max_bytes: 1 }",
                            "recv { socket: 'romeo' max_bytes: 1 flags: FLAG_WAITALL }",
                            "recv { socket: 'romeo' max_bytes: 1 flags: FLAG_DONTWAIT }"}) {
    SCOPED_TRACE(ahead);
    for (int i = 0; i < 500; ++i) {
      host.Tcp("romeo");
      const uint64_t connect = host.Start(kConnect, "romeo", port);
      const uint64_t recv = host.Start(ToCall(ahead));
      ASSERT_THAT(host.End(connect), FailsWith(ECONNREFUSED));
      ASSERT_THAT(host.End(recv), FailsWith(ENOTCONN));
      host.Do("close { socket: 'romeo' }");
    }
  }
}

// As the kernel does: in SYN-SENT a blocking recv waits.
TEST(ConnectionCalls, RecvWaitsForTheConnectAndThenForData) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  const uint64_t connect = host.Start(kConnect, "second", port);
  const uint64_t recv = host.Start("recv { socket: 'second' max_bytes: 9 }");
  EXPECT_THAT(host.Next(recv), Blocks());
  EXPECT_THAT(host.Do("recv { socket: 'second' max_bytes: 9 flags: FLAG_DONTWAIT }"),
              FailsWith(EAGAIN));
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c' }"), Succeeds());
  EXPECT_THAT(host.End(connect), Succeeds());
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c2' }"), Succeeds());
  EXPECT_THAT(host.Do("send { socket: 'c2' data { unit: 'x' } }"), Succeeds());
  EXPECT_EQ(host.Next(recv).done().recv().data(), "x");
}

TEST(ConnectionCalls, RecvBehindACancelledConnectIsTheKernelsToAnswer) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  const uint64_t connect = host.Start(kConnect, "second", port);
  const uint64_t recv = host.Start("recv { socket: 'second' max_bytes: 9 }");
  EXPECT_TRUE(host.Do("cancel { id: $0 }", connect).done().cancel().found());
  EXPECT_THAT(host.End(connect), IsCancelled("cancelled"));
  EXPECT_THAT(host.Do("shutdown { socket: 'second' how: HOW_RDWR }"), Succeeds());
  EXPECT_THAT(host.End(recv), FailsWith(ECONNRESET));
}

TEST(ConnectionCalls, UdpConnectNamesThePeer) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  host.Udp("romeo");
  EXPECT_THAT(host.Do(kConnect, "romeo", port), Succeeds());
  EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
  EXPECT_EQ(host.State("juliet"), v1::STATE_UNCONN);
}

}  // namespace
}  // namespace balcony::agent
