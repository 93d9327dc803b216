#include "controller/script/options.h"

#include <fstream>
#include <map>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/script/found.h"

namespace balcony::script {
namespace {

// An option's line in docs/options.md: "| `SO_RCVBUF` | number | bytes | get, set | socket(7) |".
struct Line {
  std::string kind;
  std::vector<std::string> words;
};

std::map<std::string, Line> Documented() {
  std::map<std::string, Line> lines;
  std::ifstream file(BALCONY_OPTIONS);
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    if (cells.size() < 6 || !cells[1].starts_with(" `")) continue;
    const std::string name(absl::StripSuffix(absl::StripPrefix(cells[1], " `"), "` "));
    const std::string kind(absl::StripAsciiWhitespace(cells[2]));
    lines[name] = {kind, {}};
    if (kind == "word") lines[name].words = absl::StrSplit(cells[3], ' ', absl::SkipEmpty());
  }
  return lines;
}

const char* NameOf(OptionKind kind) {
  static constexpr const char* kNames[] = {"flag", "number", "duration",   "linger",
                                           "text", "word",   "membership", "error"};
  return kNames[static_cast<size_t>(kind)];
}

TEST(Options, AreThoseOfTheDocumentation) {
  std::map<std::string, Line> documented = Documented();
  EXPECT_GT(documented.size(), 50U);
  for (const Option& option : Options()) {
    const auto found = documented.find(option.name);
    ASSERT_NE(found, documented.end()) << option.name;
    EXPECT_EQ(found->second.kind, NameOf(option.kind)) << option.name;
    EXPECT_EQ(found->second.words, option.words) << option.name;
    documented.erase(found);
  }
  for (const auto& [name, line] : documented) ADD_FAILURE() << name << " is documented alone";
}

TEST(Options, EachHasAnExampleThatIsRight) {
  for (const Option& option : Options()) {
    const std::string example = ExampleOf(option);
    if (option.kind == OptionKind::kError) continue;
    const std::string line = "romeo> sock.setsockopt(" + option.name + ", " + example + ")";
    EXPECT_THAT(Found(kWithSocket + line), testing::ElementsAre()) << line;
  }
}

}  // namespace
}  // namespace balcony::script
