// What the flags of a call do beside TCP's urgent byte: MSG_PEEK, MSG_WAITALL, MSG_MORE.
#include <cerrno>
#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

constexpr char kTake[] = "recv { socket: 'juliet' max_bytes: 6 }";
constexpr char kPeek[] = "recv { socket: 'juliet' max_bytes: 6 flags: FLAG_PEEK }";
constexpr char kPeekAll[] =
    "recv { socket: 'juliet' max_bytes: 6 flags: [FLAG_PEEK, FLAG_WAITALL] }";

TEST(TransferFlags, PeekLeavesTheStreamAsItWas) {
  Host host;
  host.Connected();
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 3);
  EXPECT_EQ(DataOf(host.Do(kPeek)), "abc");
  EXPECT_EQ(host.Queues("juliet").recv_queue(), 3u);
  EXPECT_EQ(DataOf(host.Do(kTake)), "abc");
}

TEST(TransferFlags, PeekLeavesTheDatagram) {
  Host host;
  host.ConnectedUdp();
  Send(host, "0123456789");
  Send(host, "next");
  EXPECT_EQ(DataOf(host.Do(kPeek)), "012345");
  EXPECT_EQ(DataOf(host.Do(kTake)), "012345");
  EXPECT_EQ(DataOf(host.Do(kTake)), "next");
}

TEST(TransferFlags, PeekTellsTheEndOfTheStreamAndLeavesIt) {
  Host host;
  host.Connected();
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  for (const char* call : {kPeek, kPeekAll, kPeek, kTake}) {
    EXPECT_TRUE(host.Do(call).done().recv().end_of_stream()) << call;
  }
}

TEST(TransferFlags, PeekBlocksUntilThereIsData) {
  Host host;
  host.Connected();
  const uint64_t peek = host.Start(kPeek);
  EXPECT_THAT(host.Next(peek), Blocks());
  Send(host, "abc");
  EXPECT_EQ(DataOf(host.Next(peek)), "abc");
  EXPECT_EQ(DataOf(host.Do(kTake)), "abc");
}

TEST(TransferFlags, PeekWithDontwaitReportsEagain) {
  Host host;
  host.Connected();
  EXPECT_THAT(host.Do("recv { socket: 'juliet' max_bytes: 6 flags: [FLAG_PEEK, FLAG_DONTWAIT] }"),
              FailsWith(EAGAIN));
}

TEST(TransferFlags, PeekWithWaitallWaitsUntilAllIsThere) {
  Host host;
  host.Connected();
  const uint64_t peek = host.Start(kPeekAll);
  EXPECT_THAT(host.Next(peek), Blocks());
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 3);
  EXPECT_EQ(host.Do("barrier {}").done().barrier().blocked(), 1u);
  Send(host, "defg");
  EXPECT_EQ(DataOf(host.Next(peek)), "abcdef");
  EXPECT_EQ(DataOf(host.Do(kTake)), "abcdef");
}

TEST(TransferFlags, PeekWithWaitallEndsWithLessAtTheEndOfTheStream) {
  Host host;
  host.Connected();
  const uint64_t peek = host.Start(kPeekAll);
  Send(host, "abc");
  host.Do("shutdown { socket: 'romeo' how: HOW_WR }");
  const v1::Event event = host.End(peek);
  EXPECT_EQ(DataOf(event), "abc");
  EXPECT_FALSE(event.done().recv().end_of_stream());
  EXPECT_EQ(DataOf(host.Do(kTake)), "abc");
}

TEST(TransferFlags, PeekWithWaitallThatIsResetLeavesTheError) {
  Host host;
  host.Connected();
  Send(host, "unread");  // so that juliet's close is a reset
  host.Do("send { socket: 'juliet' data { unit: 'abc' } }");
  host.WaitForRecvQueue("juliet", 6);
  const uint64_t peek =
      host.Start("recv { socket: 'romeo' max_bytes: 6 flags: [FLAG_PEEK, FLAG_WAITALL] }");
  host.Do("close { socket: 'juliet' }");
  EXPECT_EQ(DataOf(host.End(peek)), "abc");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'romeo' max_bytes: 9 }")), "abc");
  EXPECT_THAT(host.Do("recv { socket: 'romeo' max_bytes: 9 }"), FailsWith(ECONNRESET));
}

TEST(TransferFlags, PeekWithWaitallThatTimesOutGivesWhatItSawAndLeavesIt) {
  Host host;
  host.Connected();
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 3);
  v1::Call call = ToCall(kPeekAll);
  call.mutable_patience()->set_nanos(1'000'000);
  const v1::Event event = host.Do(call);
  EXPECT_THAT(event, TimesOut());
  EXPECT_EQ(DataOf(event), "abc");
  EXPECT_EQ(DataOf(host.Do(kTake)), "abc");
}

TEST(TransferFlags, PeekThatIsCancelledLeavesTheSocket) {
  Host host;
  host.Connected();
  for (const char* call : {kPeek, kPeekAll}) {
    const uint64_t peek = host.Start(call);
    EXPECT_THAT(host.Next(peek), Blocks());
    host.Do("cancel { id: $0 }", peek);
    EXPECT_THAT(host.Next(peek), IsCancelled("cancelled"));
  }
  Send(host, "abc");
  EXPECT_EQ(DataOf(host.Do(kTake)), "abc");
}

TEST(TransferFlags, WaitallOnANonBlockingSocketIsIgnored) {
  Host host;
  host.Connected();
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 3);
  host.Do("setblocking { socket: 'juliet' blocking: false }");
  EXPECT_EQ(DataOf(host.Do(kPeekAll)), "abc");
  EXPECT_EQ(DataOf(host.Do("recv { socket: 'juliet' max_bytes: 6 flags: FLAG_WAITALL }")), "abc");
}

TEST(TransferFlags, RecvfromWaitsForAllToo) {
  Host host;
  host.Connected();
  const uint64_t recv =
      host.Start("recvfrom { socket: 'juliet' max_bytes: 6 flags: FLAG_WAITALL }");
  Send(host, "abc");
  host.WaitForRecvQueue("juliet", 0);
  Send(host, "def");
  EXPECT_EQ(host.End(recv).done().recvfrom().data(), "abcdef");
}

TEST(TransferFlags, MoreMakesOneDatagramOfTwoSends) {
  Host host;
  host.ConnectedUdp();
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'aa' } flags: FLAG_MORE }"), Succeeds());
  EXPECT_EQ(host.Queues("juliet").recv_queue(), 0u);
  Send(host, "bb");
  EXPECT_EQ(DataOf(host.Do(kTake)), "aabb");
}

TEST(TransferFlags, MoreOnTcpLosesNothing) {
  Host host;
  host.Connected();
  EXPECT_THAT(host.Do("send { socket: 'romeo' data { unit: 'aa' } flags: FLAG_MORE }"), Succeeds());
  Send(host, "bb");
  host.WaitForRecvQueue("juliet", 4);
  EXPECT_EQ(DataOf(host.Do(kTake)), "aabb");
}

TEST(TransferFlags, NonBlockingSendOfTenMegabytesTakesAPartAndThenReportsEagain) {
  Host host;
  host.Connected();
  host.Do("setblocking { socket: 'romeo' blocking: false }");
  constexpr char kTenMegabytes[] = "send { socket: 'romeo' data { unit: 'x' count: 10000000 } }";
  v1::Event event = host.Do(kTenMegabytes);
  EXPECT_THAT(event, Succeeds());
  EXPECT_GT(event.done().send().bytes(), 0u);
  EXPECT_LT(event.done().send().bytes(), 10'000'000u);
  while (OutcomeOf(event).has_ok()) event = host.Do(kTenMegabytes);
  EXPECT_THAT(event, FailsWith(EAGAIN));
}

struct BadFlags {
  const char* call;
  const char* field;
};

class RefusedFlags : public testing::TestWithParam<BadFlags> {};

TEST_P(RefusedFlags, NameTheField) {
  Host host;
  host.Connected();
  EXPECT_THAT(host.Do(ToCall(GetParam().call)),
              Refuses(v1::REFUSAL_CODE_INVALID_ARGUMENT, GetParam().field));
}

INSTANTIATE_TEST_SUITE_P(
    EveryCall, RefusedFlags,
    testing::Values(
        BadFlags{"send { socket: 'romeo' data {} flags: FLAG_PEEK }", "flags"},
        BadFlags{"send { socket: 'romeo' data {} flags: FLAG_FASTOPEN }", "flags"},
        BadFlags{"send { socket: 'romeo' data {} flags: [FLAG_MORE, FLAG_MORE] }", "flags"},
        BadFlags{
            "sendto { socket: 'romeo' address { address: '::1' } data {} flags: FLAG_CONFIRM }",
            "flags"},
        BadFlags{"recv { socket: 'romeo' max_bytes: 1 flags: FLAG_TRUNC }", "flags"},
        BadFlags{"recv { socket: 'romeo' max_bytes: 1 flags: FLAG_UNSPECIFIED }", "flags"},
        BadFlags{"recvfrom { socket: 'romeo' max_bytes: 1 flags: FLAG_ERRQUEUE }", "flags"},
        BadFlags{"recv { socket: 'romeo' max_bytes: 1 until: 'x' flags: FLAG_PEEK }", "until"},
        BadFlags{"recv { socket: 'romeo' max_bytes: 1 until: 'x' flags: FLAG_OOB }", "until"},
        BadFlags{"recv { socket: 'romeo' max_bytes: 1 until: 'x' flags: FLAG_WAITALL }", "until"}));

TEST(TransferFlags, RefusalNamesTheFlag) {
  Host host;
  host.Connected();
  const auto message = [&](const char* flag) {
    return host.Do("recv { socket: 'juliet' max_bytes: 1 flags: $0 }", flag).refused().message();
  };
  EXPECT_THAT(message("FLAG_MORE"), ::testing::EndsWith("given FLAG_MORE"));
  EXPECT_THAT(message("77"), ::testing::EndsWith("given 77"));
}

}  // namespace
}  // namespace balcony::agent
