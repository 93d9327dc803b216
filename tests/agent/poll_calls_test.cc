#include <cerrno>
#include <string>
#include <vector>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::ElementsAre;

constexpr char kPoll[] = "poll { socket: '$0' }";
constexpr char kWaitFor[] = "poll { socket: '$0' events: POLL_EVENT_$1 wait: true }";
constexpr char kIoctl[] = "ioctl { socket: '$0' request: IOCTL_$1 }";

std::vector<std::string> EventsOf(const v1::Event& event) {
  std::vector<std::string> names;
  for (const int number : event.done().poll().events()) {
    const std::string name = v1::PollEvent_Name(static_cast<v1::PollEvent>(number));
    names.push_back(name.substr(std::string("POLL_EVENT_").size()));
  }
  return names;
}

TEST(PollCalls, NewSocketIsOverBeforeItBegan) {
  Host host;
  host.Tcp("sock");
  EXPECT_THAT(EventsOf(host.Do(kPoll, "sock")), ElementsAre("OUT", "HUP"));
}

TEST(PollCalls, ListenerHasNothingUntilSomebodyConnects) {
  Host host;
  const uint32_t port = host.Listening("door");
  const v1::Event event = host.Do(kPoll, "door");
  EXPECT_THAT(event, Succeeds());
  EXPECT_THAT(EventsOf(event), ElementsAre());
  host.Tcp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  EXPECT_THAT(EventsOf(host.Do(kWaitFor, "door", "IN")), ElementsAre("IN"));
}

TEST(PollCalls, ConnectionHasRoomAndThenData) {
  Host host;
  host.Connected();
  EXPECT_THAT(EventsOf(host.Do(kPoll, "juliet")), ElementsAre("OUT"));
  host.Do(kSend, "romeo", "x");
  host.WaitForRecvQueue("juliet", 1);
  EXPECT_THAT(EventsOf(host.Do(kPoll, "juliet")), ElementsAre("IN", "OUT"));
}

TEST(PollCalls, PeersEndAndThenBothEnds) {
  Host host;
  host.Connected();
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  host.WaitForState("juliet", v1::STATE_CLOSE_WAIT);
  EXPECT_THAT(EventsOf(host.Do(kPoll, "juliet")), ElementsAre("IN", "OUT", "RDHUP"));
  host.Do("shutdown { socket: 'juliet' how: HOW_WR }");
  EXPECT_THAT(EventsOf(host.Do(kPoll, "juliet")), ElementsAre("IN", "OUT", "RDHUP", "HUP"));
}

TEST(PollCalls, ResetIsSeenAndStaysToBeTold) {
  Host host;
  host.Connected();
  host.Do(kSend, "romeo", "unread");
  host.WaitForRecvQueue("juliet", 6);
  host.Do("close { socket: 'juliet' }");
  host.Do(kWaitFor, "romeo", "RDHUP");
  EXPECT_THAT(EventsOf(host.Do(kPoll, "romeo")), ElementsAre("IN", "OUT", "RDHUP", "ERR", "HUP"));
  EXPECT_THAT(host.Do(kRecv, "romeo", 9), FailsWith(ECONNRESET));
}

TEST(PollCalls, TellsOnlyWhatWasAskedFor) {
  Host host;
  host.Connected();
  host.Do(kSend, "romeo", "x");
  host.WaitForRecvQueue("juliet", 1);
  EXPECT_THAT(EventsOf(host.Do("poll { socket: 'juliet' events: POLL_EVENT_IN }")),
              ElementsAre("IN"));
  EXPECT_THAT(EventsOf(host.Do("poll { socket: 'juliet' events: POLL_EVENT_PRI }")), ElementsAre());
}

TEST(PollCalls, WaitsForData) {
  Host host;
  host.Connected();
  const uint64_t poll = host.Start(kWaitFor, "juliet", "IN");
  EXPECT_THAT(host.Next(poll), Blocks());
  host.Do(kSend, "romeo", "x");
  EXPECT_THAT(EventsOf(host.Next(poll)), ElementsAre("IN"));
}

TEST(PollCalls, WaitsForUrgentData) {
  Host host;
  host.Connected();
  const uint64_t poll = host.Start(kWaitFor, "juliet", "PRI");
  EXPECT_THAT(host.Next(poll), Blocks());
  host.Do("send { socket: 'romeo' data { unit: 'X' } flags: FLAG_OOB }");
  EXPECT_THAT(EventsOf(host.Next(poll)), ElementsAre("PRI"));
}

TEST(PollCalls, WaitsForTheEndOfTheStreamThroughData) {
  Host host;
  host.Connected();
  const uint64_t poll = host.Start(kWaitFor, "juliet", "RDHUP");
  EXPECT_THAT(host.Next(poll), Blocks());
  host.Do(kSend, "romeo", "x");
  host.WaitForRecvQueue("juliet", 1);
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), 1u);
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  EXPECT_THAT(EventsOf(host.Next(poll)), ElementsAre("RDHUP"));
}

TEST(PollCalls, WaitsForRoom) {
  Host host;
  host.Connected();
  host.Do("send { socket: 'romeo' data { unit: 'x' count: 100000000 } flags: FLAG_DONTWAIT }");
  const uint64_t poll = host.Start(kWaitFor, "romeo", "OUT");
  EXPECT_THAT(host.Next(poll), Blocks());
  Until([&] {
    host.Do("recv { socket: 'juliet' max_bytes: 1048576 flags: FLAG_DONTWAIT }");
    return EventsOf(host.Do(kPoll, "romeo")) == std::vector<std::string>{"OUT"};
  });
  EXPECT_THAT(EventsOf(host.Next(poll)), ElementsAre("OUT"));
}

TEST(PollCalls, WaitsForTheEndOfAConnect) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  host.Do("setblocking { socket: 'second' blocking: false }");
  EXPECT_THAT(
      host.Do("connect { socket: 'second' address { address: '127.0.0.1' port: $0 } }", port),
      FailsWith(EINPROGRESS));
  const uint64_t poll = host.Start(kWaitFor, "second", "OUT");  // although it is non-blocking
  EXPECT_THAT(host.Next(poll), Blocks());
  host.Do("accept { socket: 'door' connection: 'c' }");
  EXPECT_THAT(EventsOf(host.Next(poll)), ElementsAre("OUT"));  // at the next SYN, after a second
}

TEST(PollCalls, StandsInNoLine) {
  Host host;
  host.Connected();
  const uint64_t first = host.Start(kWaitFor, "juliet", "IN");
  const uint64_t recv = host.Start(kRecv, "juliet", 9);
  const uint64_t second = host.Start(kWaitFor, "juliet", "IN");
  for (const uint64_t id : {first, recv, second}) EXPECT_THAT(host.Next(id), Blocks());
  EXPECT_THAT(host.Do("patience {} poll { socket: 'juliet' events: POLL_EVENT_PRI wait: true }"),
              TimesOut());
  EXPECT_THAT(EventsOf(host.Do(kWaitFor, "juliet", "OUT")), ElementsAre("OUT"));
  EXPECT_THAT(host.Do(kSend, "juliet", "y"), Succeeds());
  host.Do(kSend, "romeo", "x");
  EXPECT_THAT(EventsOf(host.Next(first)), ElementsAre("IN"));
  EXPECT_THAT(EventsOf(host.Next(second)), ElementsAre("IN"));
  EXPECT_EQ(DataOf(host.Next(recv)), "x");
}

TEST(PollCalls, DoesNotKeepARecvFromItsData) {
  Host host;
  host.Connected();
  const uint64_t poll = host.Start(kWaitFor, "juliet", "RDHUP");
  EXPECT_THAT(host.Next(poll), Blocks());
  for (int i = 0; i < 3; ++i) {
    const uint64_t recv = host.Start(kRecv, "juliet", 9);
    EXPECT_THAT(host.Next(recv), Blocks());
    host.Do(kSend, "romeo", "x");
    EXPECT_EQ(DataOf(host.Next(recv)), "x");
  }
  host.Do("close { socket: 'romeo' }");
  EXPECT_THAT(EventsOf(host.Next(poll)), ElementsAre("RDHUP"));
}

TEST(PollCalls, EndsAsOtherCallsDo) {
  Host host;
  host.Connected();
  const uint64_t cancelled = host.Start(kWaitFor, "juliet", "IN");
  EXPECT_TRUE(host.Do("cancel { id: $0 }", cancelled).done().cancel().found());
  EXPECT_THAT(host.End(cancelled), IsCancelled("cancelled"));
  const v1::Event late = host.Do(
      "patience { nanos: 1000000 } poll { socket: 'juliet' events: POLL_EVENT_IN wait: true }");
  EXPECT_THAT(late, TimesOut());
  EXPECT_THAT(EventsOf(late), ElementsAre());
  const uint64_t closed = host.Start(kWaitFor, "juliet", "IN");
  host.Do("close { socket: 'juliet' }");
  EXPECT_THAT(host.End(closed), IsCancelled("closed"));
}

TEST(PollCalls, RefusesWhatCannotBeAskedFor) {
  Host host;
  host.Tcp("sock");
  for (const char* event : {"POLL_EVENT_UNSPECIFIED", "POLL_EVENT_ERR", "POLL_EVENT_HUP", "99"}) {
    EXPECT_THAT(host.Do("poll { socket: 'sock' events: $0 }", event),
                Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "events"))
        << event;
  }
  EXPECT_THAT(host.Do(kPoll, "nobody"), Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket"));
}

TEST(PollCalls, RefusalNamesTheEvent) {
  Host host;
  host.Tcp("sock");
  const auto message = [&](const char* event) {
    return host.Do("poll { socket: 'sock' events: $0 }", event).refused().message();
  };
  EXPECT_THAT(message("POLL_EVENT_HUP"), ::testing::EndsWith("given POLL_EVENT_HUP"));
  EXPECT_THAT(message("99"), ::testing::EndsWith("given 99"));
}

TEST(PollCalls, IoctlCountsWhatCanBeReceived) {
  Host host;
  host.Connected();
  host.Do(kSend, "romeo", "12345");
  host.WaitForRecvQueue("juliet", 5);
  EXPECT_EQ(host.Do(kIoctl, "juliet", "SIOCINQ").done().ioctl().value(), 5);
  const uint32_t port = host.BoundUdp("udp");
  for (const char* text : {"123", "12345"}) {
    host.Do(
        "sendto { socket: 'udp' address { address: '127.0.0.1' port: $0 } data { unit: '$1' } }",
        port, text);
  }
  EXPECT_EQ(host.Do(kIoctl, "udp", "SIOCINQ").done().ioctl().value(), 3);
}

TEST(PollCalls, IoctlCountsWhatIsNotAcknowledgedAndWhatIsNotSent) {
  Host host;
  host.Connected();
  const auto ask = [&](const char* what) {
    return host.Do(kIoctl, "romeo", what).done().ioctl().value();
  };
  EXPECT_EQ(ask("SIOCOUTQ"), 0);
  const auto sent = static_cast<int64_t>(
      host.Do("send { socket: 'romeo' data { unit: 'x' count: 100000000 } flags: FLAG_DONTWAIT }")
          .done()
          .send()
          .bytes());
  EXPECT_GT(ask("SIOCOUTQNSD"), 0);
  EXPECT_GE(ask("SIOCOUTQ"), ask("SIOCOUTQNSD"));
  EXPECT_LE(ask("SIOCOUTQ"), sent);
}

TEST(PollCalls, IoctlThatIsNotForThisSocketIsTheKernelsToAnswer) {
  Host host;
  host.Listening("door");
  host.Udp("udp");
  for (const char* what : {"SIOCINQ", "SIOCOUTQ", "SIOCOUTQNSD"}) {
    const v1::Event event = host.Do(kIoctl, "door", what);
    EXPECT_THAT(event, FailsWith(EINVAL)) << what;
    EXPECT_FALSE(event.done().ioctl().has_value());
  }
  EXPECT_THAT(host.Do(kIoctl, "udp", "SIOCATMARK"), FailsWith(ENOTTY));
  EXPECT_EQ(host.Do(kIoctl, "udp", "SIOCOUTQ").done().ioctl().value(), 0);
  EXPECT_THAT(host.Do(kIoctl, "udp", "UNSPECIFIED"),
              Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, "request"));
}

}  // namespace
}  // namespace balcony::agent
