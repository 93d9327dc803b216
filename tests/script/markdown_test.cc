#include "controller/script/markdown.h"

#include "tests/script/found.h"

namespace balcony::script {
namespace {

using testing::ElementsAre;

std::vector<std::string> FoundIn(const std::string& text) { return Found(text, "lab.md"); }

TEST(Markdown, BlocksInOrderAreOneScript) {
  EXPECT_THAT(
      FoundIn("# Lab\n\n```balcony\nhost a\n```\nprose\n```balcony\na> s = socket(tcp)\n```\n"),
      ElementsAre());
}

TEST(Markdown, PlacesAreTheFiles) {
  EXPECT_THAT(FoundIn("text\n\n```balcony\nhost a\n```\n\n```balcony\nb> s = socket(tcp)\n```\n"),
              ElementsAre("8:1: unknown host b"));
}

TEST(Markdown, PlacesInAListAreTheFiles) {
  EXPECT_THAT(FoundIn("1. item\n\n   ```balcony\n   host a\n   b> s = socket(tcp)\n   ```\n"),
              ElementsAre("5:4: unknown host b"));
}

TEST(Markdown, PlacesInAQuoteAreTheFiles) {
  EXPECT_THAT(FoundIn("> ```balcony\n> host a\n> b> s = socket(tcp)\n> ```\n"),
              ElementsAre("3:3: unknown host b"));
}

TEST(Markdown, TextsAreTheirLinesAsWritten) {
  std::vector<Diagnostic> diagnostics;
  const Document document = ReadMarkdown(
      "```text speech\nBut, soft!\n\n  # light\n```\n~~~text other\n~~~\n", diagnostics);
  EXPECT_THAT(Written(diagnostics), ElementsAre());
  EXPECT_THAT(document.texts.at("speech"), ElementsAre("But, soft!", "", "  # light"));
  EXPECT_THAT(document.texts.at("other"), ElementsAre());
}

TEST(Markdown, OtherBlocksAreForPeople) {
  EXPECT_THAT(FoundIn("```\nhost b\n```\n```text\nx\n```\n```c\nint x;\n```\n    "
                      "```balcony\n\n```balcony\nhost a\n```\n"),
              ElementsAre());
}

TEST(Markdown, RefusesWhatIsNoScript) {
  const std::string none =
      "1:1: this Markdown file has no script; a script's block begins with a line ```balcony and "
      "ends with a line ```";
  const std::vector<Row> rows = {
      {"", none},
      {"# A lab\n\nhost romeo\n", none},
      {"<!--\n```balcony\nhost a\n```\n-->\n", none},
      {"x\n\n```balcony\nhost a\n",
       "3:1: this block is never closed; put a line with ``` behind it"},
      {"```balcony", "1:1: this block is never closed; put a line with ``` behind it"},
      {"```balcony\nhost a\n```\n\n```c\nint x;\n",
       "5:1: this block is never closed; put a line with ``` behind it"},
      {"- x\n  ~~~~balcony\n  host a\n  ~~~\n\nnext\n",
       "2:3: this block is never closed; put a line with ~~~~ behind it"},
      {"```balcony\nhost a\n\nprose\n```balcony\nb> x\n```\n",
       "1:1: this block is not closed; line 5 opens another before a line with ```"},
      {"```Balcony\nhost a\n```\n",
       "1:1: a block of Balcony is not run; a script's block begins with ```balcony"},
      {"```blacony\nhost a\n```\n",
       "1:1: a block of blacony is not run; a script's block begins with ```balcony"},
      {"```balcony,ignore\nhost a\n```\n",
       "1:1: a block of balcony,ignore is not run; a script's block begins with ```balcony"},
      {"```balcony now\nhost a\n```\n",
       "1:1: nothing may stand behind balcony; it opens a block of script"},
      {"```text 5\nx\n```\n",
       "1:1: a value's name is one word with a lower-case letter; for example ```text letters"},
      {"```text a b\nx\n```\n",
       "1:1: a value's name is one word with a lower-case letter; for example ```text letters"},
      {"```text a\n```\n```text a\n```\n",
       "3:1: the value a is declared twice; give one of them another name"},
      {"```balcony\nhost a\na> {\n```\n\n```balcony\na> len(\"x\")\n```\n",
       "3:4: this { is never closed; put a } behind its block"},
  };
  for (const Row& row : rows)
    EXPECT_THAT(FoundIn(row.script), ElementsAre(row.found)) << row.script;
}

TEST(Markdown, HasAScriptHoweverItsFenceIsWritten) {
  for (const char* text : {"```balcony\n", "``` balcony\n", "~~~balcony\n", "- ~~~~ balcony\n",
                           "```Balcony\n", "```balcony,ignore\n"})
    EXPECT_TRUE(HasScript(text)) << text;
  for (const char* text :
       {"", "balcony\n", "    ```balcony\n", "```sh\nbalcony run\n", "`balcony`\n"})
    EXPECT_FALSE(HasScript(text)) << text;
}

TEST(Markdown, StandardInputIsMarkdownIfItHasABlock) {
  EXPECT_THAT(Found("host a\na> s = socket(tcp)\n", "-"), ElementsAre());
  EXPECT_THAT(Found("prose\n```balcony\nhost a\n```\n", "-"), ElementsAre());
  EXPECT_THAT(Found("prose\n```balcony\nhost a\n", "-"),
              ElementsAre("2:1: this block is never closed; put a line with ``` behind it"));
}

}  // namespace
}  // namespace balcony::script
