#include "controller/run/input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>
#include <string_view>

namespace balcony::run {
namespace {

constexpr char kEnded[] = "the input has ended";
constexpr char kNobody[] = "nobody is asked any more";

// The line, or why there is none.
std::string Asked(Input& input) {
  const auto line = input.Ask("");
  return line.ok() ? *line : std::string(line.status().message());
}

// What is typed, through a pipe.
class InputTest : public testing::Test {
 protected:
  InputTest() {
    int ends[2] = {-1, -1};
    EXPECT_EQ(pipe(ends), 0);
    in_ = wire::Fd(ends[0]);
    typing_ = wire::Fd(ends[1]);
  }

  void Type(std::string_view text) {
    ASSERT_EQ(write(typing_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  wire::Fd in_;
  wire::Fd typing_;
};

TEST_F(InputTest, GivesLinesAndThenNone) {
  Input input(in_.get(), nullptr);
  Type("one\r\ntwo\nrest");
  typing_ = wire::Fd();
  EXPECT_EQ(Asked(input), "one");
  EXPECT_EQ(Asked(input), "two");
  EXPECT_EQ(Asked(input), "rest");
  EXPECT_EQ(Asked(input), kEnded);
}

TEST_F(InputTest, WaitsForNobodyInARunThatHasGivenUp) {
  Input input(in_.get(), nullptr);
  input.WhenInterrupted([](const std::string&) {});
  auto asked = std::async(std::launch::async, [&] { return Asked(input); });
  input.GiveUp();
  EXPECT_EQ(asked.get(), kNobody);
  EXPECT_EQ(Asked(input), kNobody);
}

TEST_F(InputTest, AsksAgainInTheNextRun) {
  Input input(in_.get(), nullptr);
  input.WhenInterrupted([](const std::string&) {});
  Type("half a ");
  input.GiveUp();
  EXPECT_EQ(Asked(input), kNobody);
  input.WhenInterrupted(nullptr);
  input.WhenInterrupted([](const std::string&) {});
  Type("line\n");
  EXPECT_THAT(Asked(input), testing::EndsWith("line"));
}

TEST_F(InputTest, AsksNobodyAfterAnInterruption) {
  Input input(in_.get(), nullptr);
  std::string why;
  input.WhenInterrupted([&](const std::string& reason) { why = reason; });
  EXPECT_TRUE(input.Interrupt("SIGINT"));
  EXPECT_EQ(why, "SIGINT");
  input.WhenInterrupted(nullptr);
  input.WhenInterrupted([](const std::string&) {});
  EXPECT_EQ(Asked(input), kNobody);
}

}  // namespace
}  // namespace balcony::run
