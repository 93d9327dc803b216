// Commands, and what they start.
#include "controller/fleet/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/held_fleet.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// How many processes have the mark, once there are so many, or in the end. Each look counts by
// itself: a process has no environment for a moment while it becomes another program.
size_t ComeTo(const std::string& mark, size_t processes) {
  const absl::Time give_up = absl::Now() + kPatience;
  size_t seen = ProcessesWith(mark).size();
  while (seen < processes && absl::Now() < give_up) {
    std::this_thread::yield();
    seen = ProcessesWith(mark).size();
  }
  return seen;
}

// Runs it with the mark in the environment of all that it starts, of which there are so many.
RunningCommand Begin(const std::string& text, const std::string& mark, size_t processes) {
  absl::StatusOr<RunningCommand> command = RunCommand(absl::StrCat("export ", mark, "; ", text));
  EXPECT_THAT(command, IsOk());
  EXPECT_GE(ComeTo(mark, processes), processes);
  return *std::move(command);
}

std::string ObituaryOf(const std::string& text) {
  const absl::StatusOr<RunningCommand> command = RunCommand(text);
  EXPECT_THAT(command, IsOk());
  EXPECT_TRUE(command->process->WaitUntilEnded(kPatience));
  return command->process->Obituary();
}

TEST(Command, IsGoneWithAllThatItStarted) {
  for (const auto& [text, processes] :
       {std::pair{"sleep 600", 1},
        {"sleep 600; true", 1},
        {"sleep 600 | sleep 600", 2},
        {"sleep 600 & exec sleep 600", 2},
        {"(trap '' INT TERM HUP; sleep 600) & sleep 600", 2},
        {"setsid sleep 600 & setsid -f sh -c 'sleep 600; true'", 3}}) {
    const std::string mark = NewMark();
    Begin(text, mark, static_cast<size_t>(processes));
    EXPECT_THAT(ProcessesWith(mark), IsEmpty()) << text;
  }
}

TEST(Command, IsGoneThoughItIsStopped) {
  const std::string mark = NewMark();
  {
    const RunningCommand command = Begin("sleep 600; true", mark, 1);
    for (const pid_t pid : ProcessesWith(mark)) kill(pid, SIGSTOP);
    EXPECT_THAT(command.process->Obituary(), HasSubstr("its process is stopped"));
  }
  EXPECT_THAT(ProcessesWith(mark), IsEmpty());
}

TEST(Command, MayEndBeforeWhatItLeftInTheBackground) {
  const std::string mark = NewMark();
  {
    const RunningCommand command = Begin("setsid -f sleep 600", mark, 1);
    EXPECT_TRUE(command.process->WaitUntilEnded(kPatience));
    EXPECT_EQ(ComeTo(mark, 1), 1U);
  }
  EXPECT_THAT(ProcessesWith(mark), IsEmpty());
}

TEST(Command, HasAnObituary) {
  EXPECT_EQ(ObituaryOf("echo farewell >&2; exit 5"), "exited with status 5; it said: farewell");
  EXPECT_EQ(ObituaryOf("kill -9 $$"), "killed by signal 9 (Killed)");
  EXPECT_THAT(ObituaryOf("sh -c 'kill -9 $$'; exit $?"),
              HasSubstr("exited with status 137, a shell's word for signal 9 (Killed)"));
}

TEST(Command, HasNobodyElseWithItsStream) {
  const absl::StatusOr<RunningCommand> first = RunCommand("exec true");
  ASSERT_THAT(first, IsOk());
  const absl::StatusOr<RunningCommand> second = RunCommand("exec sleep 600");
  ASSERT_THAT(second, IsOk());
  char byte = 0;
  EXPECT_EQ(recv(first->stream.get(), &byte, 1, 0), 0);
}

// More than a pipe holds, there and back at once.
TEST(Command, IsGivenAFile) {
  const std::string text(3 << 20, 'x');
  const wire::Fd file = ReadableText(text);
  ASSERT_TRUE(file.valid());
  const auto echoed = OutputOf("cat", kPatience, file.get());
  ASSERT_THAT(echoed, IsOk());
  EXPECT_TRUE(*echoed == text);
  lseek(file.get(), 0, SEEK_SET);
  EXPECT_EQ(OutputOf("head -c 5", kPatience, file.get()).value_or("none"), "xxxxx");
  EXPECT_EQ(OutputOf("cat", kPatience).value_or("none"), "");
}

TEST(Quoted, KeepsWordsTogether) {
  EXPECT_EQ(Quoted({"a b", "it's", "$x"}), R"('a b' 'it'\''s' '$x')");
}

}  // namespace
}  // namespace balcony::fleet
