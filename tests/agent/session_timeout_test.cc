// SO_RCVTIMEO and SO_SNDTIMEO: the kernel's end of a call that blocks.
#include <cerrno>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/options.h"

namespace balcony::agent {
namespace {

constexpr char kTime[] = "duration { nanos: 60000000 }";
constexpr absl::Duration kAsked = absl::Milliseconds(60);

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

absl::Duration BlockedFor(const v1::Event& event) {
  const v1::Outcome outcome = OutcomeOf(event);
  return ToTime(outcome.ended()) - ToTime(outcome.blocked());
}

// Two connected sockets; each has both options set.
void ConnectedWithTimeouts(Host& host) {
  host.Connected();
  for (const char* name : {"romeo", "juliet", "door"}) {
    for (const char* option : {"SO_RCVTIMEO", "SO_SNDTIMEO"}) {
      EXPECT_THAT(Setsockopt(host, name, option, kTime), Succeeds());
    }
  }
}

TEST(SessionTimeout, ReceivesAndAcceptEndWithEagain) {
  Host host;
  ConnectedWithTimeouts(host);
  host.BoundUdp("udp");
  Setsockopt(host, "udp", "SO_RCVTIMEO", kTime);
  for (const char* call :
       {"recv { socket: 'juliet' max_bytes: 9 }", "recvfrom { socket: 'udp' max_bytes: 9 }",
        "recv { socket: 'juliet' max_bytes: 9 flags: FLAG_WAITALL }",
        "recv { socket: 'juliet' max_bytes: 9 until: '\\n' }",
        "accept { socket: 'door' connection: 'c' }"}) {
    SCOPED_TRACE(call);
    const uint64_t id = host.Start(ToCall(call));
    EXPECT_THAT(host.Next(id), Blocks());
    const v1::Event end = host.Next(id);
    EXPECT_THAT(end, FailsWith(EAGAIN));
    EXPECT_GE(BlockedFor(end), kAsked);
  }
  host.Tcp("c");  // the name that accept had kept is free
}

TEST(SessionTimeout, WaitallGivesWhatHasCome) {
  Host host;
  ConnectedWithTimeouts(host);
  host.Do("send { socket: 'romeo' data { unit: 'abc' } }");
  const v1::Event end = host.Do("recv { socket: 'juliet' max_bytes: 9 flags: FLAG_WAITALL }");
  EXPECT_THAT(end, Succeeds());
  EXPECT_EQ(DataOf(end), "abc");
  EXPECT_FALSE(end.done().recv().end_of_stream());
  EXPECT_GE(BlockedFor(end), kAsked);
}

TEST(SessionTimeout, SendGivesWhatItHasQueuedAndThenEagain) {
  Host host;
  ConnectedWithTimeouts(host);
  constexpr char kSendMuch[] = "send { socket: 'romeo' data { unit: 'x' count: 100000000 } }";
  v1::Event event = host.Do(kSendMuch);
  EXPECT_THAT(event, Succeeds());
  // The peer's window may yet have grown.
  for (; OutcomeOf(event).has_ok(); event = host.Do(kSendMuch)) {
    EXPECT_GT(event.done().send().bytes(), 0u);
    EXPECT_LT(event.done().send().bytes(), 100'000'000u);
  }
  EXPECT_THAT(event, FailsWith(EAGAIN));
  EXPECT_EQ(event.done().send().bytes(), 0u);
}

// Python's sendall calls send(2) again after a part, and the second one has the whole time too.
TEST(SessionTimeout, SendallEndsAfterATimeInWhichNothingWent) {
  Host host;
  ConnectedWithTimeouts(host);
  const v1::Event end = host.Do("sendall { socket: 'romeo' data { unit: 'x' count: 100000000 } }");
  EXPECT_THAT(end, FailsWith(EAGAIN));
  EXPECT_GT(end.done().sendall().bytes(), 0u);
  EXPECT_GE(BlockedFor(end), 2 * kAsked);
}

TEST(SessionTimeout, ConnectStaysUnderWay) {
  Host host;
  const uint32_t port = host.FullDoor();
  host.Tcp("second");
  Setsockopt(host, "second", "SO_SNDTIMEO", kTime);
  const v1::Event first = host.Do(kConnect, "second", port);
  EXPECT_THAT(first, FailsWith(EINPROGRESS));
  EXPECT_GE(BlockedFor(first), kAsked);
  EXPECT_EQ(host.State("second"), v1::STATE_SYN_SENT);
  EXPECT_THAT(host.Do(kConnect, "second", port), FailsWith(EALREADY));
}

TEST(SessionTimeout, ShorterPatienceEndsACallAsTimedOut) {
  Host host;
  ConnectedWithTimeouts(host);
  Setsockopt(host, "juliet", "SO_RCVTIMEO", "duration { seconds: 60 }");
  EXPECT_THAT(host.Do("patience { nanos: 1000000 } recv { socket: 'juliet' max_bytes: 9 }"),
              TimesOut());
  Setsockopt(host, "juliet", "SO_RCVTIMEO", kTime);
  EXPECT_THAT(host.Do("patience { seconds: 60 } recv { socket: 'juliet' max_bytes: 9 }"),
              FailsWith(EAGAIN));
}

// As in the kernel, which looks at the option when a call begins.
TEST(SessionTimeout, IsThatOfWhenTheCallBlocked) {
  Host host;
  ConnectedWithTimeouts(host);
  Setsockopt(host, "juliet", "SO_RCVTIMEO", "duration { }");
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 9 }");
  EXPECT_THAT(host.Next(recv), Blocks());
  Setsockopt(host, "juliet", "SO_RCVTIMEO", kTime);
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'c' }"), FailsWith(EAGAIN));
  host.Do("send { socket: 'romeo' data { unit: 'x' } }");
  EXPECT_EQ(DataOf(host.Next(recv)), "x");
}

// The second gives up by itself; the first is not disturbed.
TEST(SessionTimeout, CallsInLineHaveTheirOwnTime) {
  Host host;
  host.Connected();
  const uint64_t first = host.Start("recv { socket: 'juliet' max_bytes: 1 }");
  EXPECT_THAT(host.Next(first), Blocks());
  Setsockopt(host, "juliet", "SO_RCVTIMEO", kTime);
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 1 }"), FailsWith(EAGAIN));
  host.Do("send { socket: 'romeo' data { unit: 'x' } }");
  EXPECT_EQ(DataOf(host.Next(first)), "x");
}

TEST(SessionTimeout, AcceptedConnectionInheritsIt) {
  Host host;
  const uint32_t port = host.Listening("door");
  Setsockopt(host, "door", "SO_RCVTIMEO", kTime);
  host.Tcp("romeo");
  host.Do(kConnect, "romeo", port);
  host.Do("accept { socket: 'door' connection: 'juliet' }");
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 1 }"), FailsWith(EAGAIN));
}

}  // namespace
}  // namespace balcony::agent
