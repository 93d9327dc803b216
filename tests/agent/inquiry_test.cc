// An agent that is asked who it is.
#include "agent/inquiry.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <climits>
#include <string>

#include "agent/listener.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

std::string Host() {
  char name[HOST_NAME_MAX + 1] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

// A path for the agent of this host; `name` is the host's, or %H.
std::string PathOf(const std::string& name) {
  return testing::TempDir() + "check-" + name + "-" + std::to_string(getpid()) + ".sock";
}

// What --check=WHERE says on both its outputs, and its exit code.
std::pair<std::string, int> Check(const std::string& where) {
  auto [said, out] = Pipe();
  Fd err(dup(out.get()));
  Process check({"--check=" + where}, {.out = std::move(out), .err = std::move(err)});
  const int code = check.Wait();
  return {ReadAll(said), code};
}

TEST(Inquiry, AgentOnAPathWithTheHostsNameSaysWhoItIs) {
  auto [log, err] = Pipe();
  const Process agent({"--listen", "unix:" + PathOf("%H")}, {.err = std::move(err)});
  EXPECT_THAT(ReadListening(log.get()), HasSubstr("listening on unix:" + PathOf(Host()) + " "));
  for (const std::string& where : {PathOf("%H"), "unix:" + PathOf(Host())}) {
    const auto [said, code] = Check(where);
    EXPECT_EQ(code, 0);
    EXPECT_THAT(said, MatchesRegex("balcony-agent [0-9.]+ on " + Host() + ", Linux .*\n"));
  }
}

TEST(Inquiry, AgentAtALoopbackAddressSaysWhoItIs) {
  auto [log, err] = Pipe();
  const Process agent({"--listen", "127.0.0.1:0"}, {.err = std::move(err)});
  const std::string line = ReadLine(log.get());
  const auto at = line.find("127.0.0.1:");
  const auto [said, code] = Check(line.substr(at, line.find(' ', at) - at));
  EXPECT_EQ(code, 0);
  EXPECT_THAT(said, HasSubstr(" 127.0.0.1"));
}

TEST(Inquiry, NobodyIsExitCodeThreeAndWhy) {
  const auto [said, code] = Check("/nonexistent/agent.sock");
  EXPECT_EQ(code, 3);
  EXPECT_EQ(said,
            "balcony-agent: no agent answers: cannot connect to /nonexistent/agent.sock: ENOENT\n");
}

TEST(Inquiry, WhoeverSaysNothingIsNotWaitedFor) {
  const std::string where = "unix:" + PathOf("silent");
  const auto silent = Listener::Open(where);
  ASSERT_TRUE(silent.ok()) << silent.status();
  const auto answer = Inquire(where, absl::Milliseconds(50));
  EXPECT_TRUE(absl::IsUnavailable(answer.status()));
  EXPECT_EQ(std::string(answer.status().message()),
            "whoever listens on " + where + " has not answered for 50ms");
}

TEST(Inquiry, IsForThisHostOnly) {
  EXPECT_TRUE(absl::IsInvalidArgument(CheckInquiry("192.0.2.1:7000")));
  EXPECT_TRUE(absl::IsInvalidArgument(CheckInquiry("juliet")));
  EXPECT_TRUE(CheckInquiry("[::1]:7000").ok());
}

}  // namespace
}  // namespace balcony::agent
