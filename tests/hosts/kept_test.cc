#include "controller/hosts/kept.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/fleet/matchers.h"

namespace balcony::hosts {
namespace {

const Place kPlace{.ssh = "ssh alice@juliet"};
const Kept kJuliet{getpid(), "juliet", "balcony-agent-0123456789abcdef",
                   "exec somewhere --stdio=x"};

class KeptTest : public testing::Test {
 protected:
  KeptTest() {
    std::string home = testing::TempDir() + "kept-XXXXXX";
    EXPECT_NE(mkdtemp(home.data()), nullptr);
    setenv("HOME", home.c_str(), 1);  // NOLINT(concurrency-mt-unsafe): there is one thread
    home_ = home;
  }
  ~KeptTest() override { std::filesystem::remove_all(home_); }

  std::string home_;
};

TEST_F(KeptTest, IsFoundAsLongAsSomebodyKeepsIt) {
  {
    auto note = Note::Take(kPlace);
    ASSERT_THAT(note, fleet::IsOk());
    EXPECT_FALSE(FindKept(kPlace).has_value());  // it is not up yet
    ASSERT_THAT(note->Write(kJuliet), fleet::IsOk());
    const auto kept = FindKept(kPlace);
    ASSERT_TRUE(kept.has_value());
    EXPECT_EQ(kept->keeper, getpid());
    EXPECT_EQ(kept->host, "juliet");
    EXPECT_EQ(kept->agent, kJuliet.agent);
    EXPECT_EQ(kept->command, kJuliet.command);
    EXPECT_FALSE(FindKept({.ssh = "ssh bob@juliet"}).has_value());
    EXPECT_FALSE(FindKept({.ssh = kPlace.ssh, .sudo = true}).has_value());
    EXPECT_EQ(AllKept().size(), 1U);
    EXPECT_THAT(Note::Take(kPlace), fleet::StatusIs(absl::StatusCode::kAlreadyExists,
                                                    testing::HasSubstr("kept already")));
  }
  EXPECT_FALSE(FindKept(kPlace).has_value());
  EXPECT_TRUE(std::filesystem::is_empty(home_ + "/.cache/balcony/up"));
}

// A keeper that was killed leaves its files, and no lock.
TEST_F(KeptTest, IsStaleWithoutAKeeper) {
  std::string copied;
  const std::string control = ControlPathOf(kPlace);
  const std::string path = control.substr(0, control.rfind('.'));
  {
    auto note = Note::Take(kPlace);
    ASSERT_THAT(note, fleet::IsOk());
    ASSERT_THAT(note->Write(kJuliet), fleet::IsOk());
    std::ifstream file(path);
    copied.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::ofstream(path) << copied;
  std::ofstream(control) << "a socket once";
  EXPECT_FALSE(FindKept(kPlace).has_value());
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(control));
  EXPECT_THAT(Note::Take(kPlace), fleet::IsOk());
}

}  // namespace
}  // namespace balcony::hosts
