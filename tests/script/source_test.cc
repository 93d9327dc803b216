#include "controller/script/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace balcony::script {
namespace {

TEST(Source, RenderShowsTheLineWithACaret) {
  const std::string text = "host romeo\njulliet> sock = socket(tcp)\n";
  EXPECT_EQ(Render("tcp.md", text, {{2, 1, 7}, "unknown host julliet", "did you mean juliet?"}),
            "tcp.md:2:1: unknown host julliet; did you mean juliet?\n"
            "    julliet> sock = socket(tcp)\n"
            "    ^~~~~~~\n");
}

TEST(Source, RenderPutsTheCaretBehindTheLineIfThatIsThePlace) {
  EXPECT_EQ(Render("a", "host", {{1, 5, 0}, "expected a name", ""}),
            "a:1:5: expected a name\n    host\n        ^\n");
}

TEST(Source, RenderShowsNoLineOfWhatStandsInNone) {
  EXPECT_EQ(Render("a", "host", {{0, 1, 0}, "no step", "write one"}), "a: no step; write one\n");
}

TEST(Source, RenderCountsCellsAndNotBytes) {
  EXPECT_EQ(Render("a", "\t\"\u00e4\u20ac\" x", {{1, 10, 1}, "m", ""}),
            "a:1:10: m\n     \"\u00e4\u20ac\" x\n          ^\n");
}

TEST(Source, RenderEscapesWhatIsNotPrintable) {
  EXPECT_EQ(Render("a", "x\x1b[31m\xff y", {{1, 9, 1}, "m", ""}),
            "a:1:9: m\n    x\\x1b[31m\\xff y\n                  ^\n");
}

TEST(Source, RenderShowsAPartOfALongLine) {
  const std::string shown =
      Render("a", std::string(5000, 'x') + "!" + std::string(5000, 'y'), {{1, 5001, 1}, "m", ""});
  EXPECT_LT(shown.size(), 300U);
  EXPECT_THAT(
      shown, testing::HasSubstr("..." + std::string(40, 'x') + "!" + std::string(59, 'y') + "..."));
}

TEST(Source, RenderStandsPlacesThatAreNotThere) {
  EXPECT_EQ(Render("a", "", {{1, 1, 1}, "m", ""}), "a:1:1: m\n    \n    ^\n");
  EXPECT_EQ(Render("a", "x\n", {{99, 99, 99}, "m", ""}), "a:99:99: m\n    \n    ^\n");
}

TEST(Source, NearestForgivesAThirdOfTheName) {
  const std::vector<std::string> calls = {"bind", "connect", "recv", "recvfrom", "send"};
  EXPECT_EQ(Nearest("conect", calls), "connect");
  EXPECT_EQ(Nearest("bnid", calls), "bind");
  EXPECT_EQ(Nearest("CONNECT", calls), "connect");
  EXPECT_EQ(Nearest("recvform", calls), "recvfrom");
  EXPECT_EQ(Nearest("listen", calls), "");
  EXPECT_EQ(Nearest("x", calls), "");
  EXPECT_EQ(Nearest(std::string(100'000, 'x'), calls), "");
}

TEST(Source, CharacterLengthKnowsUtf8) {
  EXPECT_EQ(CharacterLength("a", 0), 1U);
  EXPECT_EQ(CharacterLength("\u20ac", 0), 3U);
  EXPECT_EQ(CharacterLength("\xc0\xaf", 0), 0U);          // overlong
  EXPECT_EQ(CharacterLength("\xed\xa0\x80", 0), 0U);      // a surrogate
  EXPECT_EQ(CharacterLength("\xf4\x90\x80\x80", 0), 0U);  // over U+10FFFF
  EXPECT_EQ(CharacterLength("\xe2\x82", 0), 0U);          // cut short
}

}  // namespace
}  // namespace balcony::script
