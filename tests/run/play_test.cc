// Whole scripts on real hosts: what the interpreter makes of blocks, background calls, failures.

#include "controller/run/play.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/run/played.h"

namespace balcony::run {
namespace {

using testing::HasSubstr;

// A connection between the two, `sock` at romeo and `conn` at juliet.
constexpr char kConnected[] = R"(
juliet> door = socket(tcp)
juliet> door.bind(juliet:4000)
juliet> door.listen()
romeo> sock = socket(tcp)
romeo> sock.connect(juliet:4000)
juliet> conn, peer = door.accept()
)";
constexpr int kStepsToConnect = 6;

v1::FileReport PlayedConnected(const std::string& lines, const Playing& playing = {}) {
  return Played(kConnected + lines, playing);
}

const v1::StepReport& Last(const v1::FileReport& report) { return *report.steps().rbegin(); }

TEST(Play, AStepSeesTheWholeEffectOfTheOneBefore) {
  const auto report = PlayedConnected(R"(
for i in 1..50 {
  romeo> next = socket(tcp)
  romeo> next.connect(juliet:4000)
  juliet> door.queues() => {recv_queue: i}
})");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, AFailedStepEndsTheRunAndSaysWhatTheSocketsDid) {
  const auto report = PlayedConnected("romeo> sock.send(\"xy\") => 1\nromeo> sock.send(\"y\")");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(Last(report).message(), "expected 1, got 2");
  EXPECT_EQ(report.steps_size(), kStepsToConnect + 1);
  ASSERT_EQ(report.sockets_size(), 2);
  EXPECT_EQ(report.sockets(1).sockets_size(), 2);  // juliet's listener and her connection
}

TEST(Play, WhereHostsShareANetworkEachIsToldItsOwnSocketsOnly) {
  const auto report =
      PlayedConnected("romeo> sock.send(\"xy\") => 1", {.typed = "", .loopback = true});
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  ASSERT_EQ(report.sockets_size(), 2);
  EXPECT_EQ(report.sockets(0).sockets_size(), 1);  // romeo's end, which was never bound
  EXPECT_EQ(report.sockets(1).sockets_size(), 2);  // juliet's listener and her connection
}

TEST(Play, ABareCallThatMeetsTheEndOfTheStreamFails) {
  const auto report = PlayedConnected("romeo> sock.close()\njuliet> conn.recv(10)");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(Last(report).message(), "expected success, got eof");
}

TEST(Play, PatienceIsOverAndTheCallIsNamed) {
  const auto report = PlayedConnected("juliet> conn.recv(10) => _ within 100ms");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_THAT(
      report.message(),
      HasSubstr("test.balcony:10:1: juliet> conn.recv(10): recv on juliet still blocks after 1"));
}

TEST(Play, BlocksLeavesTheSocketAsItIs) {
  const auto report = PlayedConnected(
      "juliet> conn.recv(10) => blocks\nromeo> sock.send(\"x\")\njuliet> conn.recv(10) => \"x\"");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, BlocksLeavesHalfALineWhereItIs) {
  const auto report = PlayedConnected(R"(
romeo> sock.send("half")
juliet> conn.recv(99, until="\n") => blocks
juliet> conn.queues() => {recv_queue: 4}
romeo> sock.send(" and half\n")
juliet> conn.recv(99, until="\n") => "half and half\n")");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, BlocksFailsWhereTheCallEnds) {
  const auto report = PlayedConnected("romeo> sock.send(\"x\")\njuliet> conn.recv(10) => blocks");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(Last(report).message(), "expected blocks, got \"x\"");
}

TEST(Play, ABackgroundCallIsJoined) {
  const auto report = PlayedConnected(
      "juliet> data = conn.recv(10) & => blocks\nromeo> sock.send(\"hi\")\njuliet> wait data => "
      "\"hi\"\n"
      "juliet> conn.send(data) => 2");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, ABackgroundCallThatDoesNotBlockFailsWhatInsists) {
  const auto report = PlayedConnected(
      "romeo> sock.send(\"hi\")\njuliet> data = conn.recv(10) & => blocks\njuliet> wait data => "
      "\"hi\"");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(Last(report).message(), "expected blocks, got \"hi\"");
}

TEST(Play, ABackgroundCallsPatienceBeginsWithItsWait) {
  const auto report =
      PlayedConnected("juliet> data = conn.recv(10) &\njuliet> wait data => _ within 50ms");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(Last(report).observed(), "still blocks");
}

TEST(Play, WhileGoesOnUntilTheEndOfTheStream) {
  const auto report = PlayedConnected(
      "romeo> sock.send(\"abcdef\")\nromeo> sock.close()\njuliet> while part = conn.recv(2) { "
      "conn.state() => CLOSE-WAIT }");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
  EXPECT_THAT(Observed(report),
              HasSubstr(R"("ab" CLOSE-WAIT "cd" CLOSE-WAIT "ef" CLOSE-WAIT eof)"));
}

TEST(Play, WhileEndsOnAnErrnoThatItsPatternNamesAndFailsOnAnother) {
  const std::string send = "romeo> sock.send(\"abcd\")\njuliet> conn.setblocking(0)\n";
  const auto named =
      PlayedConnected(send + "juliet> while conn.recv(2) => not EAGAIN { conn.queues() }");
  EXPECT_EQ(named.verdict(), v1::VERDICT_PASSED) << named.message();
  const auto other =
      PlayedConnected(send + "juliet> while conn.recv(2) => not EPIPE { conn.queues() }");
  EXPECT_EQ(other.verdict(), v1::VERDICT_FAILED);
}

TEST(Play, RepeatAndForWithNothingToDoFail) {
  const std::string zero =
      "romeo> s = socket(tcp)\nromeo> unbound = s.getsockname()\n";  // unbound.port is 0
  const auto repeat = Played(zero + "romeo> repeat unbound.port { s.state() => CLOSED }");
  EXPECT_EQ(repeat.verdict(), v1::VERDICT_FAILED);
  EXPECT_THAT(repeat.message(), HasSubstr("repeat 0 does nothing"));
  const auto loop = Played(zero + "romeo> for i in 1..unbound.port { s.state() => CLOSED }");
  EXPECT_EQ(loop.verdict(), v1::VERDICT_FAILED);
  EXPECT_THAT(loop.message(), HasSubstr("nothing to go through"));
}

TEST(Play, ForCountsAndItsVariableIsSeenByAll) {
  const auto report = PlayedConnected(
      "for i in 1..3 {\nromeo> sock.send(\"ping \" + i) => 6\njuliet> conn.recv(10) => \"ping \" + "
      "i\n}");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, TheFirstFailureInParallelCancelsTheOtherLanes) {
  const auto report = PlayedConnected(
      "parallel {\njuliet> conn.recv(10)\nromeo> { sock.recv(10) => \"never\" within 300ms }\n}");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  ASSERT_EQ(report.steps_size(), kStepsToConnect + 2);
  EXPECT_EQ(report.steps(kStepsToConnect).verdict(), v1::VERDICT_CANCELLED);  // in the file's order
  EXPECT_EQ(report.steps(kStepsToConnect + 1).verdict(), v1::VERDICT_FAILED);
}

TEST(Play, InputThatEndsIsTheEndOfAWhileAndAnErrorElsewhere) {
  const auto loop =
      Played("while romeo> line = input(\"> \") { romeo> n = socket(tcp) }", {"one\ntwo\n"});
  EXPECT_EQ(loop.verdict(), v1::VERDICT_PASSED) << loop.message();
  const auto bare = Played("romeo> line = input(\"> \")", {""});
  EXPECT_EQ(bare.verdict(), v1::VERDICT_NOT_RUN);
  EXPECT_THAT(bare.message(), HasSubstr("the input has ended"));
}

TEST(Play, ARunHasALimit) {
  const auto report = Played("romeo> s = socket(tcp)\nromeo> while s.state() => CLOSED { }",
                             {"", absl::Milliseconds(100)});
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_THAT(report.message(), HasSubstr("limit of 100ms"));
}

TEST(Play, ACallThatTheAgentRefusesIsAMistakeInTheFile) {
  const auto report = Played(
      "romeo> s = socket(tcp)\nromeo> unbound = s.getsockname()\nromeo> s.recv(unbound.port - 1)");
  EXPECT_EQ(report.verdict(), v1::VERDICT_INVALID);
  EXPECT_THAT(report.message(), HasSubstr("max_bytes"));
}

TEST(Play, EveryHostDoesAStepThatNamesThemAll) {
  const auto report =
      Played("*> s = socket(udp)\n*> s.bind(self:5000)\n*> s.getsockname() => self:5000");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
  EXPECT_EQ(report.steps_size(), 6);
}

TEST(Play, ANameGivenAgainLeavesItsOldSocketOpen) {
  const auto report = Played(
      "romeo> s = socket(udp)\nromeo> s.bind(romeo:5000)\nromeo> s = socket(udp)\nromeo> "
      "s.bind(romeo:5000) => EADDRINUSE");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, AnEndpointsHostMayBeAValue) {
  const auto report = PlayedConnected(R"(
juliet> p = conn.getpeername()
juliet> q = conn.getsockname()
romeo> u = socket(udp)
romeo> u.sendto("x", juliet.q.address:9) => 1
romeo> sock.getsockname() => juliet.p.address:*
romeo> sock.getpeername() => juliet.p.address:*)");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(Last(report).line(), 16U);
  EXPECT_EQ(Last(report).message(), "expected juliet.p.address:*, got juliet:4000");
}

TEST(Play, WhatASocketIsListedWithIsWrittenAsItIsMatched) {
  const auto report = PlayedConnected(R"(
juliet> sockets(tcp, LISTEN) => [{transport: tcp, state: LISTEN, local: juliet:4000}]
juliet> all = sockets(tcp, LISTEN)
juliet> sockets(tcp, LISTEN) => all
juliet> queues = door.queues()
juliet> door.queues() => queues
romeo> u = socket(udp)
romeo> u.bind(romeo:1)
romeo> u.state() => UNCONN
romeo> sockets(udp) => [{transport: udp, state: UNCONN}])");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, SelfHasTheVariablesOfItsHost) {
  const auto report =
      PlayedConnected("romeo> d = sock.send(\"abc\")\nromeo> sock.send(\"x\" * self.d) => self.d");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, AnAddressIsTheSameHoweverItIsWritten) {
  const auto report = Played(R"(
juliet> door = socket(tcp6)
juliet> door.bind([0:0::0]:4000)
juliet> door.getsockname() => [0:0:0:0:0:0:0:0]:4000)");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
}

TEST(Play, AWhileEndsOnWhatIsNoValueThoughItsPatternMatchesThat) {
  const auto report = PlayedConnected(R"(
juliet> conn.setblocking(0)
while juliet> conn.recv(5) => _ | EAGAIN { }
romeo> sock.close()
while juliet> conn.recv(5) => _ | EAGAIN { })");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
  EXPECT_THAT(Observed(report), testing::EndsWith(" EAGAIN eof"));
}

TEST(Play, InputThatEndsInACallEndsItsWhile) {
  const auto report = PlayedConnected(
      "while romeo> sock.send(input()) => 3 { }\nromeo> sock.close()", {.typed = "abc\nabc\n"});
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
  EXPECT_EQ(report.steps_size(), kStepsToConnect + 4);
}

TEST(Play, SeveralHostsAreWatchedAtOnce) {
  const auto report = Played(R"(
host client[1..10] 10.10.0.1/24
*> s = socket(udp)
*> s.bind(self:4000)
client[*]> s.recv(5) => blocks for 500ms)");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED) << report.message();
  EXPECT_LT(report.duration().seconds(), 4);  // one after another it would take five
}

TEST(Play, TheLimitEndsWhatWatches) {
  const auto report = PlayedConnected("juliet> conn.recv(5) => blocks for 1min",
                                      {.typed = "", .limit = absl::Seconds(1)});
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_THAT(Last(report).message(), HasSubstr("the run has taken its limit of 1s"));
}

TEST(Play, ACallWhoseSocketIsClosedSaysSo) {
  const auto report =
      PlayedConnected("romeo> x = sock.recv(4) &\nromeo> sock.close()\nromeo> wait x");
  EXPECT_EQ(report.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(Last(report).message(), "cancelled, because its socket was closed");
}

TEST(Play, AStepOfTheWireHasNoHost) {
  const auto report = Played("wire> settle()");
  EXPECT_EQ(report.verdict(), v1::VERDICT_PASSED);
  EXPECT_EQ(Last(report).host(), "");
}

}  // namespace
}  // namespace balcony::run
