#include "controller/script/parser.h"

#include "tests/script/found.h"

namespace balcony::script {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

Script Parsed(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  Script script = Parse("a.balcony", text, diagnostics);
  EXPECT_THAT(Written(diagnostics), ElementsAre());
  return script;
}

TEST(Parser, KeepsAStepsTextWithoutCommentsAndFolded) {
  const Script script =
      Parsed("a>  x,  y = sock.f( 1,  # one\n   \"a  #b\" )  &   # more\n   =>  _ ,\t5 # five\n");
  const auto& step = std::get<Step>(script.statements.at(0).node);
  EXPECT_EQ(step.text, "x, y = sock.f( 1, \"a  #b\" ) &");
  EXPECT_EQ(step.expect->text, "_ , 5");
  EXPECT_EQ(script.statements.at(0).prompt->text, "a>");
}

TEST(Parser, KeepsAPromptsText) {
  EXPECT_EQ(Parsed("client[1..n]> f()").statements.at(0).prompt->text, "client[1..n]>");
  EXPECT_EQ(Parsed("*>   f()").statements.at(0).prompt->text, "*>");
}

TEST(Parser, ReadsEveryStatement) {
  const Script script = Parsed(
      "a> { f() }\na> repeat 5 {\n f()\n g() => 1 }\nfor x in t { a> f() }\nfor i in 1..n + 1 "
      "{\n}\n"
      "while a> l = input(\"> \") => not \"quit\" {\n}\nparallel {\n a> f()\n\n b> wait l => 5, _ "
      "within 1s..2s\n}\n");
  ASSERT_THAT(script.statements, SizeIs(6));
  EXPECT_TRUE(std::holds_alternative<Block>(script.statements[0].node));
  EXPECT_THAT(std::get<Repeat>(script.statements[1].node).body, SizeIs(2));
  EXPECT_EQ(std::get<For>(script.statements[2].node).to, nullptr);
  EXPECT_NE(std::get<For>(script.statements[3].node).to, nullptr);
  EXPECT_TRUE(std::get<While>(script.statements[4].node).prompt.has_value());
  const auto& wait = std::get<Wait>(std::get<Parallel>(script.statements[5].node).lanes.at(1).node);
  EXPECT_EQ(wait.text, "wait l");
  EXPECT_EQ(wait.expect->timing->earliest, absl::Seconds(1));
}

TEST(Parser, RecoversAtTheNextLine) {
  EXPECT_THAT(
      Found("host a\na> 5\na> f(\na> repeat x x {\n    5\n    b> f()\n}\na> {\n    g( }\na> \"\n"),
      ElementsAre("2:4: expected a call, found 5",
                  "3:5: this ( is never closed; put a ) behind its arguments",
                  "4:13: expected a { and its block, found x", "5:5: expected a call, found 5",
                  "9:8: expected a value, found }",
                  "10:4: this text is never closed; put a \" behind it"));
}

TEST(Parser, StopsAfterTwentyErrors) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "a> 5 \x01\n";
  EXPECT_THAT(Found(text), SizeIs(20));
}

TEST(Parser, LineEndsMayBeAnyones) {
  EXPECT_THAT(Found("\xEF\xBB\xBFhost a\r\na> s = socket(tcp)\r\nb> f()\r\n"),
              ElementsAre("3:1: unknown host b"));
  EXPECT_THAT(Found("host a\rb> len(\"x\")\r"), ElementsAre("2:1: unknown host b"));
  EXPECT_THAT(Found("host a\n\tb>\tlen(\"x\")"), ElementsAre("2:2: unknown host b"));
}

TEST(Parser, RefusesWhatIsNoText) {
  using std::string_literals::operator""s;
  const std::string remedy = ": this is no text; an experiment is a file in UTF-8";
  EXPECT_THAT(Found("host a\nab\0c"s), ElementsAre("2:3" + remedy));
  EXPECT_THAT(Found("\x7f"
                    "ELF\x02\x01\x01\0\0"s),
              ElementsAre("1:8" + remedy));
  EXPECT_THAT(Found("host \xff"), ElementsAre("1:6" + remedy));
}

TEST(Parser, RefusesALargeFileUnread) {
  EXPECT_THAT(Found(std::string(100 << 20, 'x')),
              ElementsAre("1:1: this file is too large; 4 MiB are the most"));
}

TEST(Parser, RefusesAnEmptyFile) {
  for (const char* text : {"", "\n\n", "  # nothing\n"})
    EXPECT_THAT(Found(text),
                ElementsAre("1:1: this file has no step; the notation is in docs/language.md"))
        << text;
}

std::string Repeated(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

// Each of these, 100,000 deep, behind what comes before it.
void ExpectTooDeep(const std::string& before, const std::vector<std::string>& opens) {
  constexpr int kDeep = 100'000;
  for (const std::string& open : opens)
    EXPECT_THAT(
        Found("host a\n" + before + Repeated(open, kDeep)),
        ElementsAre(testing::HasSubstr("this is nested too deeply; 100 levels are the most")))
        << open;
}

TEST(Parser, RefusesDeepBlocks) {
  ExpectTooDeep("a> ", {"{", "{\n", "repeat 2 {\n", "parallel {", "while f() {"});
}

TEST(Parser, RefusesDeepArguments) {
  ExpectTooDeep("a> f(", {"(", "f(", "1 + (", "{a: ", "{a: f("});
}

TEST(Parser, RefusesDeepPatterns) { ExpectTooDeep("a> f() => ", {"(", "[", "{a: ", "[{a: ("}); }

TEST(Parser, RefusesTooManyOperators) {
  EXPECT_THAT(Found("host a\na> f(" + Repeated("1 + ", 100'000)),
              ElementsAre("2:808: this has too many operators; 200 in one statement are the most"));
}

TEST(Parser, RefusesADeepMarkdown) {
  EXPECT_THAT(Found(Repeated("> ", 100'000) + "```balcony\n", "a.md"),
              ElementsAre(testing::HasSubstr("this block is never closed")));
}

TEST(Parser, TakesLongLines) {
  EXPECT_THAT(Found("host a\na> n = len(\"" + std::string(3 << 20, 'x') + "\")"), ElementsAre());
  EXPECT_THAT(Found("host a\na> n = len(" + std::string(3 << 20, 'x') + ")"),
              ElementsAre("2:12: this name is too long; 64 characters are the most"));
  EXPECT_THAT(Found("host a\na> n = len(" + Repeated("x,", 1 << 18) + "x)"), SizeIs(20));
}

// Twice the text takes about twice the time: ten times as much would be a square's.
}  // namespace
}  // namespace balcony::script
