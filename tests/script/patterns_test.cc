// Mirrors controller/script/patterns.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Patterns, RefusesWhatIsNone) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.recv(5) => /(/",
           "5:24: this is no regular expression: missing ): (; the syntax is RE2's"},
          {"romeo> sock.recv(5) => 16 byte", "5:27: expected the end of the line, found byte"},
          {"romeo> sock.recv(5) => |", "5:24: expected a value, found |"},
          {"romeo> sock.recv(5) => not", "5:27: expected a value, found the end"},
          {"romeo> sock.recv(5) => blocks for 5",
           "5:35: expected a duration such as 200ms, found 5"},
          {"romeo> sock.queues() => {recv_queue 1}", "5:37: expected :, found 1"},
          {"romeo> sock.queues() => {recv_queue: 1", "5:39: expected , or }, found the end"},
          {"romeo> sockets() => [ {state: LISTEN} {state: LISTEN} ]",
           "5:39: expected , or ], found {"},
          {"romeo> sockets() => [ {state: LISTEN}",
           "5:21: this [ is never closed; put a ] behind the list"},
          {"romeo> sock.send(\"x\") => 1 within 3s..1s",
           "5:28: no time is in this range; its end comes before its beginning"},
          {"romeo> sock.recv(5) => (1, 2", "5:29: expected , or ), found the end"},
          {"wire> packets() => [ romeo > juliet ]",
           "5:37: expected what it carries, for example SYN, found ]"},
      });
}

// The pattern of a script's only step.
Expect ExpectOf(const std::string& pattern) {
  std::vector<Diagnostic> diagnostics;
  Script script = Parse("a.balcony", "a> f() => " + pattern, diagnostics);
  EXPECT_THAT(Written(diagnostics), testing::ElementsAre()) << pattern;
  return std::move(*std::get<Step>(script.statements.at(0).node).expect);
}

template <typename Node>
bool IsA(const std::string& pattern) {
  return std::holds_alternative<Node>(ExpectOf(pattern).parts.at(0).atoms.at(0).node);
}

TEST(Patterns, AreToldApart) {
  EXPECT_TRUE(IsA<Any>("_"));
  EXPECT_TRUE(IsA<Eof>("eof"));
  EXPECT_TRUE(IsA<Blocks>("blocks for 2s"));
  EXPECT_TRUE(IsA<Regex>(R"(/^a\/#b$/)"));
  EXPECT_TRUE(IsA<Words>("IN OUT"));
  EXPECT_TRUE(IsA<Range>("LISTEN"));
  EXPECT_TRUE(IsA<Range>("1..16 bytes"));
  EXPECT_TRUE(IsA<Range>("line + \"\\n\""));
  EXPECT_TRUE(IsA<Compare>(">= 3 sockets"));
  EXPECT_TRUE(IsA<Endpoint>("romeo:*"));
  EXPECT_TRUE(IsA<Endpoint>("*:1024..65535"));
  EXPECT_TRUE(IsA<Endpoint>("client[*]:*"));
  EXPECT_TRUE(IsA<Endpoint>("[::1]:80"));
  EXPECT_TRUE(IsA<Address>("10.10.0.1"));
  EXPECT_TRUE(IsA<Tuple>("(_, romeo:*) | EAGAIN"));
  EXPECT_TRUE(IsA<Record>("{recv_queue: 5,\n send_queue: > 3}"));
  EXPECT_TRUE(IsA<List>("[\n romeo > juliet SYN\n ...\n {a: 1}, ...\n]"));
}

TEST(Patterns, HaveTheirTimeBehindThem) {
  const Expect expect = ExpectOf("_, not 5 | 6 within 100ms..1.5s");
  EXPECT_EQ(expect.parts.size(), 2U);
  EXPECT_TRUE(expect.parts[1].negated);
  EXPECT_EQ(expect.parts[1].atoms.size(), 2U);
  EXPECT_EQ(expect.timing->earliest, absl::Milliseconds(100));
  EXPECT_EQ(expect.timing->latest, absl::Milliseconds(1500));
}

TEST(Patterns, OfPacketsHaveTheirParts) {
  const Expect expect = ExpectOf(
      R"([ romeo:5 > client[*] PSH ACK "bcd" {window: 0} within 1ms..2ms, a > b ICMP > 3 bytes ])");
  const auto& list = std::get<List>(expect.parts[0].atoms[0].node);
  const auto& packet = std::get<Packet>(list.elements.at(0));
  EXPECT_THAT(packet.flags, testing::ElementsAre("PSH", "ACK"));
  EXPECT_TRUE(packet.fields.has_value());
  EXPECT_EQ(packet.timing->latest, absl::Milliseconds(2));
  EXPECT_TRUE(std::holds_alternative<Compare>(
      std::get<Packet>(list.elements.at(1)).payload->atoms.at(0).node));
}

}  // namespace
}  // namespace balcony::script
