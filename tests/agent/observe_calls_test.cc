#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

TEST(ObserveCalls, StatesOfAConnectionThroughItsLife) {
  Host host;
  host.Tcp("sock");
  EXPECT_EQ(host.State("sock"), v1::STATE_CLOSED);
  host.BoundTcp("bound");
  EXPECT_EQ(host.State("bound"), v1::STATE_CLOSED);
  host.Connected();
  EXPECT_EQ(host.State("door"), v1::STATE_LISTEN);
  EXPECT_EQ(host.State("romeo"), v1::STATE_ESTABLISHED);
  EXPECT_EQ(host.State("juliet"), v1::STATE_ESTABLISHED);
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  host.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
  host.WaitForState("juliet", v1::STATE_CLOSE_WAIT);
  host.Do("shutdown { socket: 'juliet' how: HOW_WR }");
  host.WaitForState("romeo", v1::STATE_TIME_WAIT);
  host.WaitForState("juliet", v1::STATE_CLOSED);
}

// The kernel goes on telling the address that was not reached, as the listener's peer.
TEST(ObserveCalls, ListenerWhoseConnectFailedIsSeen) {
  Host host;
  const uint32_t port = host.BoundTcp("nobody listens");
  host.Tcp("sock");
  EXPECT_THAT(host.Do("connect { socket: 'sock' address { address: '127.0.0.1' port: $0 } }", port),
              FailsWith(ECONNREFUSED));
  EXPECT_THAT(host.Do("listen { socket: 'sock' }"), Succeeds());
  EXPECT_EQ(host.State("sock"), v1::STATE_LISTEN);
}

TEST(ObserveCalls, SocketsOfOneInterfaceAreSeen) {
  Host host;
  host.Listening("door");
  host.Udp("sock");
  host.Do(kBind, "sock", 0);
  for (const char* name : {"door", "sock"}) {
    EXPECT_THAT(
        host.Do("setsockopt { socket: '$0' option: 'SO_BINDTODEVICE' value { text: 'lo' } }", name),
        Succeeds());
  }
  EXPECT_EQ(host.State("door"), v1::STATE_LISTEN);
  EXPECT_EQ(host.State("sock"), v1::STATE_UNCONN);
  EXPECT_THAT(host.Do("queues { socket: 'sock' }"), Succeeds());
}

// It keeps the address of its listener, to which no connection of it leads any more.
TEST(ObserveCalls, DisconnectedSocketIsNotTakenForItsListener) {
  Host host;
  host.Connected();
  host.Do("disconnect { socket: 'juliet' }");
  EXPECT_EQ(host.State("juliet"), v1::STATE_CLOSED);
  EXPECT_EQ(host.Queues("juliet").send_queue(), 0u);
  EXPECT_EQ(host.State("door"), v1::STATE_LISTEN);
}

// Linux 6.8 and later list sockets that are only bound, with their bytes; older ones do not.
TEST(ObserveCalls, BoundSocketHasNoQueuesThoughItKeptBytesOfAConnection) {
  Host host;
  host.Connected();
  host.Do("send { socket: 'juliet' data { unit: 'O Romeo' } }");
  host.Do("send { socket: 'romeo' data { unit: '?' } }");
  host.Do("close { socket: 'juliet' }");
  host.WaitForState("romeo", v1::STATE_CLOSED);
  ASSERT_THAT(host.Do(kBind, "romeo", 0), Succeeds());
  EXPECT_EQ(host.Do("ioctl { socket: 'romeo' request: IOCTL_SIOCINQ }").done().ioctl().value(), 7);
  EXPECT_EQ(host.Queues("romeo").recv_queue(), 0u);
  EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
}

TEST(ObserveCalls, ClosedSocketIsSeenInTimeWait) {
  Host host;
  host.Connected();
  host.Do("close { socket: 'romeo' }");
  host.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
  host.Do("close { socket: 'juliet' }");
  host.WaitForState("romeo", v1::STATE_TIME_WAIT);
  EXPECT_EQ(host.Queues("romeo").recv_queue(), 0u);
  // Its listener is still there, and is not taken for it.
  host.WaitForState("juliet", v1::STATE_CLOSED);
}

TEST(ObserveCalls, QueuesShowWhatWasNotReadAndWhoWasNotAccepted) {
  Host host;
  const uint32_t port = host.Listening("door");
  host.Tcp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_EQ(host.Queues("door").recv_queue(), 1u);
  host.Do("accept { socket: 'door' connection: 'juliet' }");
  EXPECT_EQ(host.Queues("door").recv_queue(), 0u);
  host.Do("send { socket: 'romeo' data { unit: 'Hello' } }");
  host.WaitForRecvQueue("juliet", 5);
  host.WaitForRecvQueue("juliet", 5);  // looking changes nothing
}

TEST(ObserveCalls, UdpSocketsAreUnconnOrEstablished) {
  Host host;
  host.Udp("sock");
  EXPECT_EQ(host.State("sock"), v1::STATE_UNCONN);
  const uint32_t port = host.BoundUdp("peer");
  EXPECT_EQ(host.State("peer"), v1::STATE_UNCONN);
  host.Do("connect { socket: 'sock' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_EQ(host.State("sock"), v1::STATE_ESTABLISHED);
  host.Do("send { socket: 'sock' data { unit: 'x' } }");
  EXPECT_GT(host.Queues("peer").recv_queue(), 0u);
  host.Do("close { socket: 'peer' }");
  EXPECT_EQ(host.State("peer"), v1::STATE_CLOSED);
}

const v1::SocketEntry* FindEntry(const v1::Event& event, uint32_t local, uint32_t peer) {
  for (const v1::SocketEntry& entry : event.done().sockets().sockets()) {
    if (entry.local().port() == local && entry.peer().port() == peer) return &entry;
  }
  return nullptr;
}

TEST(ObserveCalls, SocketsListsConnectionsNobodyAccepted) {
  Host host;
  const uint32_t port = host.Listening("door");
  host.Tcp("romeo");
  const uint32_t from =
      host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port)
          .done()
          .connect()
          .local()
          .port();
  const v1::Event all = host.Do("sockets {}");
  EXPECT_THAT(all, Succeeds());
  const v1::SocketEntry* unaccepted = FindEntry(all, port, from);
  ASSERT_NE(unaccepted, nullptr);
  EXPECT_EQ(unaccepted->state(), v1::STATE_ESTABLISHED);
  const v1::SocketEntry* listener = FindEntry(all, port, 0);
  ASSERT_NE(listener, nullptr);
  EXPECT_EQ(listener->state(), v1::STATE_LISTEN);
  EXPECT_EQ(listener->peer().address(), "0.0.0.0");
}

TEST(ObserveCalls, SocketsThatAreLeftOutAreTold) {
  Host host({.sockets_listed = 1});
  host.BoundUdp("one");
  EXPECT_FALSE(Host().Do("sockets { transport: TRANSPORT_UDP }").done().sockets().truncated());
  host.BoundUdp("two");
  const v1::Event cut = host.Do("sockets { transport: TRANSPORT_UDP }");
  EXPECT_EQ(cut.done().sockets().sockets_size(), 1);
  EXPECT_TRUE(cut.done().sockets().truncated());
}

TEST(ObserveCalls, SocketsAreFilteredAndSorted) {
  Host host;
  host.Connected();
  const uint32_t udp = host.BoundUdp("udp");
  const v1::Event datagrams = host.Do("sockets { transport: TRANSPORT_UDP }");
  EXPECT_NE(FindEntry(datagrams, udp, 0), nullptr);
  for (const v1::SocketEntry& entry : datagrams.done().sockets().sockets()) {
    EXPECT_EQ(entry.transport(), v1::TRANSPORT_UDP);
  }
  const v1::Event listeners = host.Do("sockets { state: STATE_LISTEN }");
  EXPECT_GE(listeners.done().sockets().sockets_size(), 1);
  for (const v1::SocketEntry& entry : listeners.done().sockets().sockets()) {
    EXPECT_EQ(entry.state(), v1::STATE_LISTEN);
  }
  const v1::Event all = host.Do("sockets {}");
  const auto& rows = all.done().sockets().sockets();
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return a.transport() < b.transport();
  }));
}

}  // namespace
}  // namespace balcony::agent
