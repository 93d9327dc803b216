// The samples of the notation: all are read, and those that need nothing that is to come are found
// right.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/script/found.h"

namespace balcony::script {
namespace {

std::string Contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream contents;
  contents << file.rdbuf();
  return contents.str();
}

TEST(Corpus, IsReadWithoutAnError) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(BALCONY_CORPUS)) {
    std::vector<Diagnostic> diagnostics;
    const Script script = Parse(entry.path().filename(), Contents(entry.path()), diagnostics);
    EXPECT_THAT(Written(diagnostics), testing::ElementsAre()) << entry.path();
    EXPECT_FALSE(script.statements.empty()) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 15);
}

TEST(Corpus, TheLabsAreRight) {
  for (const std::string name :
       {"chat.balcony", "dialogue-tcp.md", "echo-16.balcony", "romeo-juliet-tcp.balcony",
        "romeo-juliet-udp.balcony", "sim-network.balcony", "05.balcony", "06.balcony", "40.balcony",
        "host.balcony", "to-nobody.md", "knobs.md", "ready.md", "needs.balcony"})
    EXPECT_THAT(Found(Contents(std::string(BALCONY_CORPUS) + "/" + name), name),
                testing::ElementsAre())
        << name;
}

TEST(Corpus, WhatIsToComeIsSaidToBe) {
  for (const std::string name :
       {"17.balcony", "27.balcony", "36.balcony", "46.balcony", "80.balcony"})
    EXPECT_THAT(
        Found(Contents(std::string(BALCONY_CORPUS) + "/" + name), name),
        testing::AllOf(testing::Not(testing::IsEmpty()),
                       testing::Each(testing::HasSubstr("is not available in this version"))))
        << name;
}

}  // namespace
}  // namespace balcony::script
