// An agent as process 1 of a container.
#include "agent/signals.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>

#include "agent/listener.h"
#include "tests/agent/host.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

// Its children, zombies too; each with a blank behind it.
std::string ChildrenOf(pid_t pid) {
  const std::string process = std::to_string(pid);
  std::ifstream children("/proc/" + process + "/task/" + process + "/children");
  std::string all;
  std::getline(children, all);
  return all;
}

// Leaves the first process of a namespace an orphan, which ends with the stream.
void LeaveOrphan(pid_t first, const Fd& until) {
  const Fd space(open(("/proc/" + std::to_string(first) + "/ns/pid").c_str(), O_RDONLY));
  const pid_t outside = fork();
  if (outside == 0) {
    if (setns(space.get(), CLONE_NEWPID) != 0) _exit(1);
    const pid_t parent = fork();
    if (parent != 0) {
      waitpid(parent, nullptr, 0);
      _exit(0);
    }
    if (fork() == 0) {
      char byte = 0;
      (void)!read(until.get(), &byte, 1);
    }
    _exit(0);
  }
  int status = -1;
  waitpid(outside, &status, 0);
  EXPECT_EQ(status, 0);
}

void ExpectNoZombieAndAnEnd(Process& agent) {
  {
    auto [until, end] = Pipe();
    LeaveOrphan(agent.pid(), until);
    Until([&] { return !ChildrenOf(agent.pid()).empty(); });
    const Fd ending = std::move(end);
    ASSERT_EQ(write(ending.get(), "x", 1), 1);
  }
  Until([&] { return ChildrenOf(agent.pid()).empty(); });
  kill(agent.pid(), SIGTERM);
  EXPECT_EQ(agent.Wait(), 0);
}

class ProcessOne : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "CLONE_NEWPID is root's";
  }
  const std::string path_ = testing::TempDir() + "one-" + std::to_string(getpid()) + ".sock";
};

TEST_F(ProcessOne, ThatServesOneStreamLeavesNoZombies) {
  auto [ours, theirs] = SocketPair();
  Process agent({"--fd", "7"}, {.fd = std::move(theirs), .first = true});
  ReadLine(ours.get());
  ExpectNoZombieAndAnEnd(agent);
}

TEST_F(ProcessOne, ThatListensLeavesNoZombies) {
  auto [log, err] = Pipe();
  Process agent({"--listen", "unix:" + path_}, {.err = std::move(err), .first = true});
  ReadListening(log.get());
  ExpectNoZombieAndAnEnd(agent);
}

TEST_F(ProcessOne, ThatJoinsAStreamLeavesNoZombies) {
  const auto listener = Listener::Open("unix:" + path_);
  ASSERT_TRUE(listener.ok()) << listener.status();
  auto [in, to_agent] = Pipe();
  auto [from_agent, out] = Pipe();
  Process agent({"--stdio=" + path_}, {.in = std::move(in), .out = std::move(out), .first = true});
  ReadLine(from_agent.get());
  ExpectNoZombieAndAnEnd(agent);
}

}  // namespace
}  // namespace balcony::agent
