// `balcony run --agents`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/cli/command.h"

namespace balcony::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kRunFolder[] = BALCONY " run lab.balcony --agents .";

class AgentsTest : public CommandTest {
 protected:
  AgentsTest() {
    std::ofstream(folder_ + "/lab.balcony") << "host romeo\nhost juliet\n"
                                               "romeo>  sock = socket(udp)\n"
                                               "juliet> sock = socket(udp)\n";
  }
};

TEST_F(AgentsTest, PlaysOnTheAgentsOfAFolder) {
  const std::string said =
      Run("for host in romeo juliet; do " BALCONY_AGENT
          " --listen unix:$PWD/$host.sock 2>$host.log & all=\"$all $!\"; done; " +
          std::string(kRunFolder) + "; code=$?; kill $all; wait; exit $code");
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(said, HasSubstr("# passed: 2 steps"));
}

TEST_F(AgentsTest, AgentOfOneHostMayBeElsewhere) {
  const std::string said = Run(
      BALCONY_AGENT " --listen unix:$PWD/romeo.sock 2>log & all=$!; " + std::string(kRunFolder) +
      " --agent 'juliet=" BALCONY_AGENT " --stdio'; code=$?; kill $all; wait; exit $code");
  EXPECT_EQ(status_, 0);
  EXPECT_THAT(said, HasSubstr("# passed: 2 steps"));
}

TEST_F(AgentsTest, SigtermEndsTheWaitAtOnce) {
  const std::string said =
      Run("mkfifo said; " + std::string(kRunFolder) +
          " 2>said & u=$!; read line < said; echo \"$line\"; kill -TERM $u; wait $u");
  EXPECT_THAT(said, StartsWith("balcony: waiting for romeo, juliet in .\n"));
  EXPECT_EQ(status_, 128 + 15);
}

// The kernel keeps the signal from a process 1 that has only its default.
TEST_F(AgentsTest, SigtermEndsTheWaitOfProcessOne) {
  if (geteuid() != 0) GTEST_SKIP() << "unshare --pid is root's";
  const std::string said = Run("mkfifo said; unshare --pid --fork " + std::string(kRunFolder) +
                               " 2>said & u=$!; exec 3<said; read line <&3; echo \"$line\"; "
                               "kill -TERM $(cat /proc/$u/task/$u/children); wait $u");
  EXPECT_THAT(said, StartsWith("balcony: waiting for romeo, juliet in .\n"));
  EXPECT_EQ(status_, 128 + 15);
}

TEST_F(AgentsTest, FolderThatIsMissingIsWrong) {
  const std::string said = Run(BALCONY " run lab.balcony --agents none");
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(said, HasSubstr("lab.balcony: --agents none: No such file or directory; a folder"));
}

TEST_F(AgentsTest, GoesWithNoFleet) {
  const std::string said = Run(BALCONY " run lab.balcony --fleet local --agents .");
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(said, HasSubstr("--fleet excludes --agents"));
}

}  // namespace
}  // namespace balcony::cli
