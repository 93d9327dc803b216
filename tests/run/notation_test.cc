#include "controller/run/notation.h"

#include <gtest/gtest.h>

#include "tests/run/scene.h"

namespace balcony::run {
namespace {

TEST(Notation, QuotesTextAsTheAuthorWould) {
  EXPECT_EQ(Quote({"But, soft!"}), "\"But, soft!\"");
  EXPECT_EQ(Quote({"a\n\t\"\\"}), R"("a\n\t\"\\")");
  EXPECT_EQ(Quote({"é…"}), "\"é…\"");
  EXPECT_EQ(Quote({std::string("\0\x7f\xff", 3)}), R"("\x00\x7f\xff")");
}

TEST(Notation, EscapesWhatIsNoTextOrWouldBeObeyed) {
  EXPECT_EQ(Quote({"\xed\xa0\x80"}), R"("\xed\xa0\x80")");  // a surrogate
  EXPECT_EQ(Quote({"\xe0\x80\x80"}), R"("\xe0\x80\x80")");  // too long a form
  EXPECT_EQ(Quote({"\xc2\x9b"}), R"("\xc2\x9b")");          // a terminal's control sequence
  EXPECT_EQ(Quote({"\xc2\xa9"}), "\"\xc2\xa9\"");
  EXPECT_EQ(Escaped({"a\xff"}), R"(a\xff)");
}

TEST(Notation, CutsLongTextAndSaysHowLongItIs) {
  EXPECT_EQ(Quote({"x", 10000000}, 4), "\"xxxx\"… (10000000 bytes)");
}

TEST(Notation, NamesTheHostOfAnAddress) {
  EXPECT_EQ(Write({Endpoint{"10.10.0.101", 4000}}, kRomeoAndJuliet, 0), "juliet:4000");
  EXPECT_EQ(Write({Endpoint{"fd00::2", 4000}}, kRomeoAndJuliet, 0), "juliet:4000");
  EXPECT_EQ(Write({Endpoint{"127.0.0.1", 5000}}, kRomeoAndJuliet, 0), "localhost:5000");
  EXPECT_EQ(Write({Endpoint{"0.0.0.0", 0}}, kRomeoAndJuliet, 0), "0.0.0.0:0");
  EXPECT_EQ(Write({Endpoint{"2001:db8::1", 80}}, kRomeoAndJuliet, 0), "[2001:db8::1]:80");
}

TEST(Notation, WritesDurationsInTheirLargestUnit) {
  EXPECT_EQ(Spell(absl::ZeroDuration()), "0s");
  EXPECT_EQ(Spell(absl::Microseconds(312)), "312us");
  EXPECT_EQ(Spell(absl::Microseconds(1500)), "1.5ms");
  EXPECT_EQ(Spell(absl::Milliseconds(200)), "200ms");
  EXPECT_EQ(Spell(absl::Seconds(90)), "90s");
}

TEST(Notation, WritesAddressesWordsAndWhatIsNotThere) {
  EXPECT_EQ(Write({Address{"10.10.0.101"}}, kRomeoAndJuliet, 0), "juliet");
  EXPECT_EQ(Write({Address{"2001:db8::1"}}, kRomeoAndJuliet, 0), "[2001:db8::1]");
  EXPECT_EQ(Write({Words{{"IN", "OUT"}}}, kRomeoAndJuliet, 0), "IN OUT");
  EXPECT_EQ(Write({Nothing{}}, kRomeoAndJuliet, 0), "none");
}

TEST(Notation, WritesTuplesAndRecordsAsPatterns) {
  const Value record = {Record{{{"recv_queue", {int64_t{51}}}, {"state", {Word{"LISTEN"}}}}}};
  EXPECT_EQ(Write(record, kRomeoAndJuliet, 0), "{recv_queue: 51, state: LISTEN}");
  EXPECT_EQ(
      Write(std::vector<Value>{{Socket{"conn"}}, {Endpoint{"10.10.0.100", 7}}}, kRomeoAndJuliet, 0),
      "_, romeo:7");
  EXPECT_EQ(Write(std::vector<Value>{{Socket{"sock"}}}, kRomeoAndJuliet, 0), "");
}

}  // namespace
}  // namespace balcony::run
