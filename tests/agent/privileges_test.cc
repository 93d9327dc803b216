#include "agent/privileges.h"

#include <gmock/gmock.h>
#include <linux/capability.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>

#include "tests/agent/client.h"
#include "tests/agent/matchers.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

// A line of /proc/PID/status, from its name on.
std::string Status(pid_t pid, const std::string& name) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string word; status >> word;) {
    if (word == name + ":" && status >> word) return word;
  }
  return "";
}

TEST(Privileges, AgentKeepsNoPrivilegeThatItDoesNotNeed) {
  auto [ours, theirs] = SocketPair();
  const Process agent({"--fd", "7"}, {.fd = std::move(theirs)});
  ReadLine(ours.get());
  const pid_t pid = agent.pid();
  constexpr uint64_t kKept = 1U << CAP_NET_RAW | 1U << CAP_NET_BIND_SERVICE;
  const auto set = [&](const char* name) { return std::stoull(Status(pid, name), nullptr, 16); };
  const auto own = std::stoull(Status(getpid(), "CapPrm"), nullptr, 16);
  EXPECT_EQ(set("CapEff"), own & kKept);
  EXPECT_EQ(set("CapPrm"), own & kKept);
  EXPECT_EQ(set("CapInh"), 0u);
  EXPECT_EQ(set("CapAmb"), 0u);
  if ((own & 1U << CAP_SETPCAP) != 0) {
    EXPECT_EQ(set("CapBnd") & ~kKept, 0u);
  }
  EXPECT_EQ(Status(pid, "NoNewPrivs"), "1");
}

// The kernel keeps from such a process every signal that it has not asked for.
TEST(Privileges, FirstProcessOfANamespaceEndsAtSigterm) {
  if (geteuid() != 0) GTEST_SKIP() << "CLONE_NEWPID is root's";
  auto [ours, theirs] = SocketPair();
  Process agent({"--fd", "7"}, {.fd = std::move(theirs), .first = true});
  EXPECT_THAT(ReadLine(ours.get()), HasSubstr("balcony-agent 1"));
  Client client(std::move(ours));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  kill(agent.pid(), SIGTERM);
  EXPECT_EQ(agent.Wait(), 0);
}

}  // namespace
}  // namespace balcony::agent
