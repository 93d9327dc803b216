// SO_REUSEADDR and a port that a connection still has, and the reset that SO_LINGER makes.
#include <cerrno>
#include <functional>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/options.h"

namespace balcony::agent {
namespace {

void TcpWithReuse(Host& host, const std::string& name, bool reuse) {
  host.Tcp(name);
  if (reuse) {
    EXPECT_THAT(Setsockopt(host, name, "SO_REUSEADDR", "flag: true"), Succeeds());
  }
}

// A listener "door" that had the option or not, "romeo" connected to it and "juliet", accepted;
// gives the listener's port.
uint32_t ConnectedTo(Host& host, bool reuse) {
  TcpWithReuse(host, "door", reuse);
  const uint32_t port = host.Do(kBind, "door", 0).done().bind().local().port();
  EXPECT_THAT(host.Do(kListen, "door"), Succeeds());
  host.Tcp("romeo");
  EXPECT_THAT(host.Do(kConnect, "romeo", port), Succeeds());
  EXPECT_THAT(host.Do("accept { socket: 'door' connection: 'juliet' }"), Succeeds());
  return port;
}

// What a bind to the port of a listener that is gone says, with the option on the old one and on
// the new one.
void ExpectThatBothNeedTheOption(const std::function<void(Host&)>& end) {
  for (const bool before : {false, true}) {
    for (const bool after : {false, true}) {
      Host host;
      const uint32_t port = ConnectedTo(host, before);
      end(host);
      TcpWithReuse(host, "again", after);
      const v1::Event event = host.Do(kBind, "again", port);
      if (before && after) {
        EXPECT_THAT(event, Succeeds());
      } else {
        EXPECT_THAT(event, FailsWith(EADDRINUSE)) << before << after;
      }
    }
  }
}

TEST(Reuse, OfAPortInTimeWait) {
  ExpectThatBothNeedTheOption([](Host& host) {
    host.Do(kClose, "juliet");
    host.WaitForState("juliet", v1::STATE_FIN_WAIT_2);
    host.Do(kClose, "romeo");
    host.WaitForState("juliet", v1::STATE_TIME_WAIT);
    host.Do(kClose, "door");
  });
}

TEST(Reuse, OfAPortWhoseConnectionLives) {
  ExpectThatBothNeedTheOption([](Host& host) { host.Do(kClose, "door"); });
}

TEST(Reuse, OfAPortByTwoListeners) {
  Host host;
  TcpWithReuse(host, "one", true);
  TcpWithReuse(host, "two", true);
  TcpWithReuse(host, "three", true);
  const uint32_t port = host.Do(kBind, "one", 0).done().bind().local().port();
  EXPECT_THAT(host.Do(kBind, "two", port), Succeeds());
  EXPECT_THAT(host.Do(kListen, "one"), Succeeds());
  EXPECT_THAT(host.Do(kListen, "two"), FailsWith(EADDRINUSE));
  EXPECT_THAT(host.Do(kBind, "three", port), FailsWith(EADDRINUSE));
}

TEST(Reuse, OfAClientsPortInTimeWait) {
  for (const bool reuse : {false, true}) {
    Host host;
    const uint32_t port = host.Listening("door");
    TcpWithReuse(host, "romeo", reuse);
    const uint32_t own = host.Do(kBind, "romeo", 0).done().bind().local().port();
    host.Do(kConnect, "romeo", port);
    host.Do("accept { socket: 'door' connection: 'juliet' }");
    host.Do(kClose, "romeo");
    host.WaitForState("romeo", v1::STATE_FIN_WAIT_2);
    host.Do(kClose, "juliet");
    host.WaitForState("romeo", v1::STATE_TIME_WAIT);
    TcpWithReuse(host, "again", reuse);
    const v1::Event bound = host.Do(kBind, "again", own);
    if (reuse) {
      EXPECT_THAT(bound, Succeeds());
    } else {
      EXPECT_THAT(bound, FailsWith(EADDRINUSE));
    }
  }
}

TEST(Reuse, LingerOfNoTimeResetsAndLeavesNoTimeWait) {
  Host host;
  host.Connected();
  EXPECT_THAT(Setsockopt(host, "romeo", "SO_LINGER", "linger { onoff: true }"), Succeeds());
  host.Do("send { socket: 'romeo' data { unit: 'ab' } }");
  host.WaitForRecvQueue("juliet", 2);
  EXPECT_THAT(host.Next(host.Start(kClose, "romeo")), Succeeds());
  EXPECT_EQ(host.State("romeo"), v1::STATE_CLOSED);
  EXPECT_EQ(DataOf(host.Do(kRecv, "juliet", 9)), "ab");  // what had come stays
  EXPECT_THAT(host.Do(kRecv, "juliet", 9), FailsWith(ECONNRESET));
  EXPECT_TRUE(host.Do(kRecv, "juliet", 9).done().recv().end_of_stream());
  EXPECT_THAT(host.Do("send { socket: 'juliet' data { unit: 'x' } }"), FailsWith(EPIPE));
}

// The session's end is a close like any other: a linger of no time resets then too.
TEST(Reuse, LingerOfNoTimeResetsAtTheEndOfTheSession) {
  Host juliet;
  const uint32_t port = juliet.Listening("door");
  {
    Host romeo;
    romeo.Tcp("romeo");
    romeo.Do(kConnect, "romeo", port);
    Setsockopt(romeo, "romeo", "SO_LINGER", "linger { onoff: true }");
    juliet.Do("accept { socket: 'door' connection: 'juliet' }");
  }
  EXPECT_THAT(juliet.Do("recv { socket: 'juliet' max_bytes: 9 }"), FailsWith(ECONNRESET));
}

}  // namespace
}  // namespace balcony::agent
