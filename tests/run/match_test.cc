#include "controller/run/match.h"

#include <gtest/gtest.h>

#include "tests/run/scene.h"

namespace balcony::run {
namespace {

Answer Give(std::vector<Value> values) {
  Answer answer;
  answer.values = std::move(values);
  return answer;
}
Answer Fail(const std::string& error) {
  Answer answer;
  answer.kind = Answer::Kind::kErrno;
  answer.error = error;
  return answer;
}
Answer Unnamed(const std::string& error) {
  Answer answer = Fail(error);
  answer.kind = Answer::Kind::kNameError;
  return answer;
}
Answer At(const std::string& address) { return Give({{Address{address}}}); }
Answer Be(Answer::Kind kind) {
  Answer answer;
  answer.kind = kind;
  return answer;
}
Answer Bytes(const std::string& text) { return Give({{Text{text}}}); }
Answer Number(int64_t number) { return Give({{number}}); }
Answer Came(const std::string& address, uint32_t port) { return Give({{Endpoint{address, port}}}); }
Answer Queued(int64_t recv, int64_t send) {
  return Give({{Record{{{"recv_queue", {recv}}, {"send_queue", {send}}}}}});
}

Match Try(const std::string& pattern, const Answer& answer) {
  Scene scene("set size = 51\nromeo> x = sock.recv(1024) => " + pattern);
  const auto match = MatchAnswer(*scene.step().expect, answer, scene.scope());
  EXPECT_TRUE(match.ok()) << match.status();
  return match.ok() ? *match : Match();
}

struct MatchCase {
  const char* pattern;
  Answer answer;
  bool matched;
};

class MatchTable : public testing::TestWithParam<MatchCase> {};

TEST_P(MatchTable, Holds) {
  EXPECT_EQ(Try(GetParam().pattern, GetParam().answer).matched, GetParam().matched)
      << GetParam().pattern;
}

INSTANTIATE_TEST_SUITE_P(
    Values, MatchTable,
    testing::Values(MatchCase{"51", Number(51), true}, MatchCase{"51", Number(50), false},
                    MatchCase{"size", Number(51), true}, MatchCase{"size + 1", Number(52), true},
                    MatchCase{"1..16", Number(16), true}, MatchCase{"1..16", Number(17), false},
                    MatchCase{"> 3", Number(3), false}, MatchCase{">= 3", Number(3), true},
                    MatchCase{"not 3", Number(4), true}, MatchCase{"not 3", Number(3), false},
                    MatchCase{"_", Number(3), true}, MatchCase{"1 | 2", Number(2), true},
                    MatchCase{"\"a\"", Bytes("a"), true}, MatchCase{"\"a\"", Bytes("b"), false},
                    MatchCase{"51", Bytes("51"), false},
                    MatchCase{"16 bytes", Bytes(std::string(16, 'x')), true},
                    MatchCase{"16 bytes", Bytes("x"), false},
                    MatchCase{"> 1 bytes", Bytes("xx"), true},
                    MatchCase{"\"x\" * 3", Bytes("xxx"), true},
                    MatchCase{"/^a.c$/", Bytes("abc"), true}, MatchCase{"/b/", Bytes("abc"), true},
                    MatchCase{"/^b/", Bytes("abc"), false},
                    MatchCase{"/\\xff/", Bytes("\xff"), true},
                    MatchCase{"LISTEN", Give({{Word{"LISTEN"}}}), true},
                    MatchCase{"LISTEN", Give({{Word{"CLOSED"}}}), false}));

INSTANTIATE_TEST_SUITE_P(OutcomesAreDisjoint, MatchTable,
                         testing::Values(MatchCase{"eof", Be(Answer::Kind::kEof), true},
                                         MatchCase{"_", Be(Answer::Kind::kEof), false},
                                         MatchCase{"\"\"", Be(Answer::Kind::kEof), false},
                                         MatchCase{"eof", Bytes(""), false},
                                         MatchCase{"not \"a\"", Be(Answer::Kind::kEof), false},
                                         MatchCase{"ECONNRESET", Fail("ECONNRESET"), true},
                                         MatchCase{"ECONNRESET", Fail("EPIPE"), false},
                                         MatchCase{"_", Fail("EPIPE"), false},
                                         MatchCase{"not ECONNRESET", Fail("EPIPE"), false},
                                         MatchCase{"eof | EPIPE", Fail("EPIPE"), true},
                                         MatchCase{"blocks", Be(Answer::Kind::kBlocks), true},
                                         MatchCase{"_", Be(Answer::Kind::kBlocks), false},
                                         MatchCase{"blocks", Be(Answer::Kind::kTimedOut), false},
                                         MatchCase{"blocks", Be(Answer::Kind::kCancelled), false}));

INSTANTIATE_TEST_SUITE_P(
    Endpoints, MatchTable,
    testing::Values(MatchCase{"romeo:*", Came("10.10.0.100", 7), true},
                    MatchCase{"romeo:7", Came("10.10.0.100", 7), true},
                    MatchCase{"romeo:8", Came("10.10.0.100", 7), false},
                    MatchCase{"romeo:*", Came("10.10.0.101", 7), false},
                    MatchCase{"romeo:*", Came("::ffff:10.10.0.100", 7), true},
                    MatchCase{"juliet:*", Came("fd00::2", 7), true},
                    MatchCase{"client[*]:*", Came("10.10.0.12", 7), true},
                    MatchCase{"client[1]:*", Came("10.10.0.12", 7), false},
                    MatchCase{"self:*", Came("10.10.0.100", 7), true},
                    MatchCase{"localhost:*", Came("127.0.0.1", 7), true},
                    MatchCase{"0.0.0.0:1024..65535", Came("0.0.0.0", 1024), true},
                    MatchCase{"0.0.0.0:1024..65535", Came("0.0.0.0", 1023), false},
                    MatchCase{"*:7", Came("192.0.2.9", 7), true}));

Answer Took(absl::Duration duration) { return Give({{duration}}); }
Answer Events(std::vector<std::string> names) { return Give({{Words{std::move(names)}}}); }
Answer Nobody() { return Give({{Nothing{}}}); }

INSTANTIATE_TEST_SUITE_P(Durations, MatchTable,
                         testing::Values(MatchCase{"200ms", Took(absl::Milliseconds(200)), true},
                                         MatchCase{"0.2s", Took(absl::Milliseconds(200)), true},
                                         MatchCase{"200ms", Took(absl::Milliseconds(201)), false},
                                         MatchCase{"50s..60s", Took(absl::Seconds(59)), true},
                                         MatchCase{"50s..60s", Took(absl::Seconds(61)), false},
                                         MatchCase{"< 1ms", Took(absl::Microseconds(300)), true},
                                         MatchCase{"< 1ms", Took(absl::Seconds(1)), false},
                                         MatchCase{"200", Took(absl::Nanoseconds(200)), false},
                                         MatchCase{"< 1ms", Number(0), false},
                                         MatchCase{"1 | 1s", Number(1), true}));

INSTANTIATE_TEST_SUITE_P(WordsInAnyOrder, MatchTable,
                         testing::Values(MatchCase{"IN OUT", Events({"IN", "OUT"}), true},
                                         MatchCase{"OUT IN", Events({"IN", "OUT"}), true},
                                         MatchCase{"IN OUT", Events({"IN", "OUT", "RDHUP"}), false},
                                         MatchCase{"IN", Events({"IN", "OUT"}), false},
                                         MatchCase{"IN", Give({{Word{"IN"}}}), true},
                                         MatchCase{"IN | OUT", Give({{Word{"OUT"}}}), true},
                                         MatchCase{"none", Nobody(), true},
                                         MatchCase{"_", Nobody(), true},
                                         MatchCase{"not IN", Nobody(), true},
                                         MatchCase{"none", Give({{Word{"IN"}}}), false}));

INSTANTIATE_TEST_SUITE_P(NameErrors, MatchTable,
                         testing::Values(MatchCase{"EAI_NONAME", Unnamed("EAI_NONAME"), true},
                                         MatchCase{"EAI_AGAIN", Unnamed("EAI_NONAME"), false},
                                         MatchCase{"ENOENT | EAI_NONAME", Unnamed("EAI_NONAME"),
                                                   true},
                                         MatchCase{"_", Unnamed("EAI_NONAME"), false},
                                         MatchCase{"EAI_NONAME", Fail("ENOENT"), false}));

INSTANTIATE_TEST_SUITE_P(Addresses, MatchTable,
                         testing::Values(MatchCase{"juliet", At("10.10.0.101"), true},
                                         MatchCase{"romeo", At("10.10.0.101"), false},
                                         MatchCase{"client[*]", At("10.10.0.12"), true},
                                         MatchCase{"10.10.0.101", At("10.10.0.101"), true},
                                         MatchCase{"\"10.10.0.101\"", At("10.10.0.101"), true},
                                         MatchCase{"[fd00::2]", At("fd00::2"), true},
                                         MatchCase{"localhost", At("127.0.0.1"), true}));

TEST(Match, RecordsAreMatchedInside) {
  const Answer answer = Give({{Record{{{"data", {Text{"Hello"}}},
                                       {"error",
                                        {Record{{{"errno", {Word{"ECONNREFUSED"}}},
                                                 {"offender", At("10.10.0.101").values[0]}}}}}}}}});
  EXPECT_TRUE(Try("{error: {errno: ECONNREFUSED, offender: juliet}}", answer).matched);
  EXPECT_FALSE(Try("{error: {errno: EHOSTUNREACH}}", answer).matched);
  EXPECT_EQ(Try("{error: {offender: romeo}}", answer).differences,
            (std::vector<std::string>{"error is {errno: ECONNREFUSED, offender: juliet}"}));
}

TEST(Match, AFieldThatIsNotThereIsNone) {
  const Answer answer = Queued(1, 2);
  EXPECT_TRUE(Try("{ttl: none}", answer).matched);
  EXPECT_TRUE(Try("{ttl: 64 | none}", answer).matched);
  EXPECT_FALSE(Try("{ttl: _}", answer).matched);
  EXPECT_FALSE(Try("{ttl: not 64}", answer).matched);
  EXPECT_FALSE(Try("{recv_queue: none}", answer).matched);
  EXPECT_TRUE(Try("{recv_queue: not none}", answer).matched);
  EXPECT_EQ(Try("{ttl: 64}", answer).differences, (std::vector<std::string>{"ttl is none"}));
}

TEST(Match, ACounterThatDidNotMoveIsZero) {
  Record counters{{{"InErrors", {int64_t{48}}}}};
  counters.counters = true;
  EXPECT_TRUE(Try("{InErrors: 48, RcvbufErrors: 0}", Give({{counters}})).matched);
  EXPECT_FALSE(Try("{RcvbufErrors: > 0}", Give({{counters}})).matched);
}

TEST(Match, SaysWhichAlternativeItWas) {
  EXPECT_EQ(Try("\"a\" | \"b\"", Bytes("b")).alternative, 2U);
  EXPECT_EQ(Try("\"b\"", Bytes("b")).alternative, 0U);
}

TEST(Match, RecordsAreOpenAndSayAllThatDiffers) {
  EXPECT_TRUE(Try("{recv_queue: 51}", Queued(51, 3)).matched);
  const Match match = Try("{recv_queue: 51, send_queue: 0}", Queued(50, 3));
  EXPECT_FALSE(match.matched);
  EXPECT_EQ(match.differences, (std::vector<std::string>{"recv_queue is 50", "send_queue is 3"}));
}

TEST(Match, TuplesMatchPartByPart) {
  const Answer datagram = Give({{Text{"Hello"}}, {Endpoint{"10.10.0.101", 4000}}});
  EXPECT_TRUE(Try("\"Hello\", juliet:4000", datagram).matched);
  EXPECT_TRUE(Try("(\"Hello\", juliet:*) | eof", datagram).matched);
  EXPECT_FALSE(Try("\"Hello\", romeo:*", datagram).matched);
  EXPECT_FALSE(Try("\"Hello\"", datagram).matched);
}

TEST(Match, ListsAreInOrderWithGaps) {
  const auto socket = [](const char* state) { return Value{Record{{{"state", {Word{state}}}}}}; };
  const Answer sockets = Give({{List{{socket("LISTEN"), socket("ESTABLISHED")}}}});
  EXPECT_TRUE(Try("[{state: LISTEN}, {state: ESTABLISHED}]", sockets).matched);
  EXPECT_TRUE(Try("[..., {state: ESTABLISHED}]", sockets).matched);
  EXPECT_FALSE(Try("[{state: ESTABLISHED}, {state: LISTEN}]", sockets).matched);
  EXPECT_FALSE(Try("[{state: LISTEN}]", sockets).matched);
  EXPECT_TRUE(Try("2 sockets", sockets).matched);
}

TEST(Match, WithinIsTheCallsOwnDuration) {
  Answer slow = Number(1);
  slow.started = absl::UnixEpoch();
  slow.ended = absl::UnixEpoch() + absl::Milliseconds(300);
  EXPECT_TRUE(Try("1 within 400ms", slow).matched);
  EXPECT_FALSE(Try("1 within 200ms", slow).matched);
  EXPECT_TRUE(Try("1 within 200ms..400ms", slow).matched);
  EXPECT_FALSE(Try("1 within 350ms..400ms", slow).matched);
}

}  // namespace
}  // namespace balcony::run
