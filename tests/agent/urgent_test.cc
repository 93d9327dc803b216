// TCP's urgent byte: what MSG_OOB and the mark do to the calls that receive.
#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/set_option.h"

namespace balcony::agent {
namespace {

constexpr char kRecvInBand[] = "recv { socket: 'juliet' max_bytes: 10 }";
constexpr char kRecvOob[] = "recv { socket: 'juliet' max_bytes: 1 flags: FLAG_OOB }";
constexpr char kWaitall[] = "recv { socket: 'juliet' max_bytes: 10 flags: FLAG_WAITALL }";

void SendUrgent(Host& host, const std::string& byte) {
  ASSERT_THAT(host.Do("send { socket: 'romeo' data { unit: '$0' } flags: FLAG_OOB }", byte),
              Succeeds());
}

// "abc", an urgent "X" and "de", all of it there.
void SendAbcXDe(Host& host) {
  host.Connected();
  Send(host, "abc");
  SendUrgent(host, "X");
  Send(host, "de");
  host.WaitForRecvQueue("juliet", 6);
}

int64_t AtMark(Host& host) {
  return host.Do("ioctl { socket: 'juliet' request: IOCTL_SIOCATMARK }").done().ioctl().value();
}

TEST(Urgent, RecvStopsAtTheMark) {
  Host host;
  SendAbcXDe(host);
  EXPECT_EQ(AtMark(host), 0);
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "abc");
  EXPECT_EQ(AtMark(host), 1);
  EXPECT_EQ(DataOf(host.Do(kRecvOob)), "X");
  EXPECT_THAT(host.Do(kRecvOob), FailsWith(EINVAL));
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "de");
  EXPECT_EQ(AtMark(host), 0);
}

TEST(Urgent, InlineItIsAByteOfTheStream) {
  Host host;
  host.Connected();
  SetOption(host, "juliet", SOL_SOCKET, SO_OOBINLINE, 1);
  Send(host, "abc");
  SendUrgent(host, "X");
  Send(host, "de");
  host.WaitForRecvQueue("juliet", 6);
  EXPECT_THAT(host.Do(kRecvOob), FailsWith(EINVAL));
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "abc");
  EXPECT_EQ(AtMark(host), 1);
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "Xde");
}

TEST(Urgent, OfTwoBytesTheLastIsUrgent) {
  Host host;
  host.Connected();
  Send(host, "a");
  SendUrgent(host, "X");
  Send(host, "b");
  SendUrgent(host, "Y");
  Send(host, "c");
  host.WaitForRecvQueue("juliet", 5);
  EXPECT_EQ(DataOf(host.Do(kRecvOob)), "Y");
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "aXb");
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "c");
}

TEST(Urgent, PeekLeavesIt) {
  Host host;
  SendAbcXDe(host);
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 1 flags: [FLAG_OOB, FLAG_PEEK] }")),
            "X");
  EXPECT_EQ(DataOf(host.Do(kRecvOob)), "X");
}

TEST(Urgent, NothingPendingIsAnsweredAtOnce) {
  Host host;
  host.Connected();
  const v1::Event event = host.Next(host.Start(kRecvOob));
  EXPECT_THAT(event, FailsWith(EINVAL));
}

// A closed window: the urgent pointer comes with its probes, and the byte does not.
TEST(Urgent, AnnouncedAndNotThereIsAnsweredAtOnce) {
  Host host;
  const uint32_t port = host.BoundTcp("door");
  SetOption(host, "door", SOL_SOCKET, SO_RCVBUF, 4096);
  host.Do("listen { socket: 'door' }");
  host.Tcp("romeo");
  host.Do("connect { socket: 'romeo' address { address: '127.0.0.1' port: $0 } }", port);
  host.Do("accept { socket: 'door' connection: 'juliet' }");
  host.Do("send { socket: 'romeo' data { unit: 'x' count: 20000 } }");
  SendUrgent(host, "X");
  v1::Event event;
  Until([&] {
    event = host.Next(host.Start(kRecvOob));
    return OutcomeOf(event).error().number() != EINVAL;
  });
  EXPECT_THAT(event, FailsWith(EAGAIN));
  while (DataOf(event) != "X") {
    host.Do("recv { socket: 'juliet' max_bytes: 4096 flags: FLAG_DONTWAIT }");
    event = host.Do(kRecvOob);
  }
}

// As the kernel's own does, when it is woken.
TEST(Urgent, IsPassedOverByARecvThatWaits) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start(kRecvInBand);
  EXPECT_THAT(host.Next(recv), Blocks());
  SendUrgent(host, "X");
  EXPECT_THAT(host.Do("barrier {}"), Succeeds());
  EXPECT_THAT(host.Do(kRecvOob), FailsWith(EINVAL));
  Send(host, "de");
  EXPECT_EQ(DataOf(host.Next(recv)), "de");
}

TEST(Urgent, WaitallEndsAtTheMark) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start(kWaitall);
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 0);
  SendUrgent(host, "X");
  EXPECT_EQ(DataOf(host.End(recv)), "abc");
  EXPECT_EQ(DataOf(host.Do(kRecvOob)), "X");
}

TEST(Urgent, WaitallOfWhatIsThereEndsAtTheMark) {
  Host host;
  SendAbcXDe(host);
  EXPECT_EQ(DataOf(host.Do(kWaitall)), "abc");
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  EXPECT_EQ(DataOf(host.Do(kWaitall)), "de");
}

TEST(Urgent, PeekWithWaitallEndsAtTheMark) {
  Host host;
  host.Connected();
  constexpr char kPeekWaitall[] =
      "recv { socket: 'juliet' max_bytes: 10 flags: [FLAG_PEEK, FLAG_WAITALL] }";
  const uint64_t recv = host.Start(kPeekWaitall);
  Send(host, "abc");
  SendUrgent(host, "X");
  EXPECT_EQ(DataOf(host.End(recv)), "abc");
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "abc");
  Send(host, "0123456789");
  EXPECT_EQ(DataOf(host.Do(kPeekWaitall)), "0123456789");  // from the mark on
}

TEST(Urgent, UntilGoesOnBehindTheMark) {
  Host host;
  host.Connected();
  const uint64_t recv = host.Start("recv { socket: 'juliet' max_bytes: 99 until: '\\n' }");
  Send(host, "ab");
  SendUrgent(host, "X");
  Send(host, "c\\nd");
  EXPECT_EQ(DataOf(host.End(recv)), "abc\n");
  EXPECT_EQ(DataOf(host.Do(kRecvInBand)), "d");
}

TEST(Urgent, IsTcpsAlone) {
  Host host;
  const uint32_t port = host.BoundUdp("juliet");
  EXPECT_THAT(host.Do("sendto { socket: 'juliet' address { address: '127.0.0.1' port: $0 }"
                      "         data { unit: 'x' } flags: FLAG_OOB }",
                      port),
              FailsWith(EOPNOTSUPP));
}

}  // namespace
}  // namespace balcony::agent
