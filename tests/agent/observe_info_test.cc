// timer and info of agent/observe_calls.cc.
#include <gmock/gmock.h>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::AllOf;
using testing::Gt;
using testing::IsSupersetOf;
using testing::Le;

v1::Event TimerOf(Host& host, const std::string& name) {
  v1::Event event = host.Do("timer { socket: '$0' }", name);
  EXPECT_THAT(event, Succeeds());
  return event;
}

v1::TcpInfo InfoOf(Host& host, const std::string& name) {
  const v1::Event event = host.Do("info { socket: '$0' }", name);
  EXPECT_THAT(event, Succeeds());
  EXPECT_TRUE(event.done().info().has_info());
  return event.done().info().info();
}

TEST(ObserveInfo, FinWait2OfAClosedSocketLastsSixtySeconds) {
  Host host;
  host.Connected();
  host.Do("close { socket: 'romeo' }");
  host.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
  const v1::Timer timer = TimerOf(host, "romeo").done().timer().timer();
  EXPECT_EQ(timer.kind(), v1::TIMER_KIND_TIMEWAIT);
  EXPECT_THAT(timer.expires().seconds(), AllOf(Gt(40), Le(60)));
}

TEST(ObserveInfo, TimeWaitHasATimerAndNoInfo) {
  Host host;
  host.Connected();
  host.Do("close { socket: 'romeo' }");
  host.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
  host.Do("close { socket: 'juliet' }");
  host.WaitForState("romeo", v1::STATE_TIME_WAIT);
  const v1::Timer timer = TimerOf(host, "romeo").done().timer().timer();
  EXPECT_EQ(timer.kind(), v1::TIMER_KIND_TIMEWAIT);
  EXPECT_THAT(timer.expires().seconds(), AllOf(Gt(40), Le(60)));
  const v1::Event info = host.Do("info { socket: 'romeo' }");
  EXPECT_THAT(info, Succeeds());
  EXPECT_FALSE(info.done().info().has_info());
}

TEST(ObserveInfo, SynThatNobodyAnswersIsRetransmitted) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("late");
  const uint64_t id =
      host.Start("connect { socket: 'late' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_THAT(host.Next(id), Blocks());
  const v1::Timer timer = TimerOf(host, "late").done().timer().timer();
  EXPECT_EQ(timer.kind(), v1::TIMER_KIND_ON);
  EXPECT_TRUE(timer.has_expires());
  EXPECT_EQ(InfoOf(host, "late").state(), v1::STATE_SYN_SENT);
  Until([&] { return TimerOf(host, "late").done().timer().timer().retransmits() > 0; });
}

TEST(ObserveInfo, SocketsShowTimers) {
  Host host;
  host.Connected();
  host.Do("close { socket: 'romeo' }");
  host.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
  bool seen = false;
  const v1::Event all = host.Do("sockets { state: STATE_FIN_WAIT_2 }");
  for (const v1::SocketEntry& entry : all.done().sockets().sockets()) {
    seen |= entry.timer().kind() == v1::TIMER_KIND_TIMEWAIT;
  }
  EXPECT_TRUE(seen);
}

TEST(ObserveInfo, WithoutAConnectionThereIsNeitherTimerNorInfo) {
  Host host;
  host.Tcp("fresh");
  host.BoundTcp("bound");
  for (const char* name : {"fresh", "bound"}) {
    EXPECT_FALSE(TimerOf(host, name).done().timer().has_timer());
    const v1::Event info = host.Do("info { socket: '$0' }", name);
    EXPECT_THAT(info, Succeeds());
    EXPECT_FALSE(info.done().info().has_info());
  }
  host.Connected();
  Until([&] { return !TimerOf(host, "romeo").done().timer().has_timer(); });
}

TEST(ObserveInfo, TellsWhatAConnectionHasDone) {
  Host host;
  host.Connected();
  host.Do("send { socket: 'romeo' data { unit: 'Hello' } }");
  Until([&] { return InfoOf(host, "romeo").bytes_acked() >= 5; });
  const v1::TcpInfo info = InfoOf(host, "romeo");
  EXPECT_EQ(info.state(), v1::STATE_ESTABLISHED);
  EXPECT_FALSE(info.congestion().empty());
  EXPECT_EQ(info.ca_state(), "OPEN");
  EXPECT_THAT(info.options(), IsSupersetOf({"SACK", "WSCALE"}));
  EXPECT_EQ(info.data_segs_out(), 1u);
  EXPECT_EQ(info.bytes_sent(), 5u);
  EXPECT_GT(info.rto().nanos(), 0);
  EXPECT_GT(info.snd_mss(), 500u);
  EXPECT_GT(info.snd_wnd(), 0u);
  EXPECT_EQ(InfoOf(host, "juliet").bytes_received(), 5u);
  EXPECT_EQ(InfoOf(host, "juliet").data_segs_in(), 1u);
}

TEST(ObserveInfo, HandshakeIsCompleteBeforeAnybodyAccepts) {
  Host host;
  const uint32_t port = host.BoundTcp("door");
  host.Do("listen { socket: 'door' backlog: 5 }");
  host.Tcp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_EQ(host.Queues("door").recv_queue(), 1u);
  EXPECT_EQ(host.Queues("door").send_queue(), 5u);
  EXPECT_EQ(InfoOf(host, "door").unacked(), 1u);
  EXPECT_EQ(InfoOf(host, "door").sacked(), 5u);
  host.Do("send { socket: 'romeo' data { unit: 'ab' } }");
  Until([&] {
    const v1::Event all = host.Do("sockets { state: STATE_ESTABLISHED }");
    for (const v1::SocketEntry& entry : all.done().sockets().sockets()) {
      if (entry.local().port() == port) return entry.queues().recv_queue() == 2;
    }
    return false;
  });
}

TEST(ObserveInfo, LookingTakesNoPendingError) {
  Host host;
  const uint32_t port = host.BoundUdp("gone");
  host.Do("close { socket: 'gone' }");
  host.Udp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  host.Do("send { socket: 'romeo' data { unit: 'x' } }");
  for (const char* look : {"state", "queues", "timer"}) {
    EXPECT_THAT(host.Do("$0 { socket: 'romeo' }", look), Succeeds());
  }
  EXPECT_THAT(host.Do("sockets {}"), Succeeds());
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(ECONNREFUSED));
}

TEST(ObserveInfo, InfoIsOfTcpOnly) {
  Host host;
  host.Udp("sock");
  EXPECT_THAT(host.Do("info { socket: 'sock' }"),
              Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "socket"));
  EXPECT_THAT(host.Do("info { socket: 'nobody' }"), Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket"));
}

}  // namespace
}  // namespace balcony::agent
