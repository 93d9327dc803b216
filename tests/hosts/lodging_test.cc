#include "controller/hosts/lodging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "controller/fleet/command.h"
#include "tests/fleet/matchers.h"

namespace balcony::hosts {
namespace {

namespace fs = std::filesystem;
using fleet::StatusIs;
using testing::HasSubstr;

// "balcony", 7 bytes.
constexpr char kText[] = "balcony";

// A home of the test's own, in which the scripts are run by sh.
class LodgingTest : public testing::Test {
 protected:
  LodgingTest() {
    std::string home = testing::TempDir() + "/home-XXXXXX";
    EXPECT_NE(mkdtemp(home.data()), nullptr);
    home_ = home;
    utsname name{};
    uname(&name);
    agent_.machine = name.machine;
    agent_.size = sizeof kText - 1;
    const auto sum =
        fleet::OutputOf(absl::StrCat("printf ", kText, " | sha256sum"), absl::Seconds(10));
    EXPECT_THAT(sum, fleet::IsOk());
    agent_.sha256 = sum->substr(0, 64);
  }
  ~LodgingTest() override { fs::remove_all(home_); }

  std::string Run(const std::string& script) {
    std::ofstream(home_ / "script") << script;
    const auto output = fleet::OutputOf(
        absl::StrCat("echo Welcome; HOME=", home_.string(), " sh ", home_.string(), "/script"),
        absl::Seconds(10));
    EXPECT_THAT(output, fleet::IsOk());
    return output.value_or("");
  }

  void Write(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

  fs::path home_;
  AgentFile agent_;
};

TEST_F(LodgingTest, IsAFolderOfTheUsersOwn) {
  const auto lodging = ReadLook(Run(LookScript(agent_)), agent_);
  ASSERT_THAT(lodging, fleet::IsOk());
  EXPECT_EQ(lodging->folder, (home_ / ".cache/balcony").string());
  EXPECT_FALSE(lodging->is_there);
  struct stat folder {};
  ASSERT_EQ(stat(lodging->folder.c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700U);
  EXPECT_TRUE(fs::is_empty(lodging->folder));
}

TEST_F(LodgingTest, IsMovedIntoWhenAllHasArrived) {
  const auto lodging = ReadLook(Run(LookScript(agent_)), agent_);
  ASSERT_THAT(lodging, fleet::IsOk());
  const fs::path folder = lodging->folder;
  Write(folder / "part", kText);
  EXPECT_THAT(ReadMove(Run(MoveScript(*lodging, "part", agent_))), fleet::IsOk());
  EXPECT_FALSE(fs::exists(folder / "part"));
  EXPECT_TRUE(fs::exists(folder / NameOf(agent_)));
  EXPECT_TRUE(ReadLook(Run(LookScript(agent_)), agent_)->is_there);
  Write(folder / NameOf(agent_), "another");
  EXPECT_FALSE(ReadLook(Run(LookScript(agent_)), agent_)->is_there);
}

TEST_F(LodgingTest, IsNotMovedIntoByAPart) {
  const auto lodging = ReadLook(Run(LookScript(agent_)), agent_);
  ASSERT_THAT(lodging, fleet::IsOk());
  const fs::path folder = lodging->folder;
  Write(folder / "part", "balc");
  EXPECT_THAT(
      ReadMove(Run(MoveScript(*lodging, "part", agent_))),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("not all of 7 bytes have arrived in")));
  Write(folder / "part", "baLcony");
  EXPECT_THAT(ReadMove(Run(MoveScript(*lodging, "part", agent_))),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("is not what was sent")));
  EXPECT_TRUE(fs::is_empty(folder));
}

// A connection that was cut has left a part, which nobody has written to for a while.
TEST_F(LodgingTest, IsRidOfPartsThatNobodyWritesAnyMore) {
  const fs::path folder = ReadLook(Run(LookScript(agent_)), agent_)->folder;
  Write(folder / "part-old", kText);
  Write(folder / "part-new", kText);
  fs::last_write_time(folder / "part-old",
                      fs::file_time_type::clock::now() - std::chrono::hours(1));
  EXPECT_THAT(ReadLook(Run(LookScript(agent_)), agent_), fleet::IsOk());
  EXPECT_FALSE(fs::exists(folder / "part-old"));
  EXPECT_TRUE(fs::exists(folder / "part-new"));
}

TEST_F(LodgingTest, IsLeftCleanAndOthersFilesStay) {
  const fs::path folder = ReadLook(Run(LookScript(agent_)), agent_)->folder;
  Write(folder / NameOf(agent_), kText);
  Write(folder / "part-1-2", kText);
  Write(folder / "kept-1-2", kText);
  Write(folder / "notes", "mine");
  const auto removed = ReadClean(Run(CleanScript()));
  ASSERT_THAT(removed, fleet::IsOk());
  EXPECT_EQ(removed->size(), 3U);
  EXPECT_TRUE(fs::exists(folder / "notes"));
  fs::remove(folder / "notes");
  EXPECT_THAT(*ReadClean(Run(CleanScript())), testing::IsEmpty());
  EXPECT_FALSE(fs::exists(folder));
  EXPECT_THAT(ReadClean("Welcome\n"), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("sh")));
}

TEST_F(LodgingTest, IsForTheSameMachine) {
  const std::string seen = Run(LookScript(agent_));
  agent_.machine = "aarch64";
  EXPECT_THAT(ReadLook(seen, agent_), StatusIs(absl::StatusCode::kFailedPrecondition,
                                               HasSubstr("the agent here is for aarch64")));
}

TEST_F(LodgingTest, IsNotFoundByAShellThatDoesSomethingElse) {
  EXPECT_THAT(ReadLook("This account is not available.\n", agent_),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("/bin/sh is needed")));
  EXPECT_THAT(ReadMove("Welcome\n"),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("sha256sum(1)")));
}

TEST_F(LodgingTest, SaysWhyThereIsNone) {
  const std::string said = "balcony-host: machine " + agent_.machine +
                           "\r\nbalcony-host: system Linux 5.4\r\nbalcony-host: no /a has no "
                           "room\r\nbalcony-host: no /b may not execute "
                           "programs (noexec)\r\nbalcony-host: end yes\r\n";
  EXPECT_THAT(ReadLook(said, agent_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("/a has no room; /b may not execute programs (noexec)")));
}

}  // namespace
}  // namespace balcony::hosts
