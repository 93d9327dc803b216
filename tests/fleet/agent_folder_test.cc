// Agents that listen in a folder.
#include "controller/fleet/agent_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controller/fleet/local.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/fleets.h"
#include "tests/fleet/listening.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Found = absl::StatusOr<std::map<std::string, std::string>>;

constexpr absl::Duration kShort = absl::Milliseconds(50);

// A socket that somebody listens on, or, once it is closed, a stale one.
wire::Fd Listening(const std::string& path) {
  wire::Fd made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  EXPECT_EQ(bind(made.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(listen(made.get(), 1), 0);
  return made;
}

// client[1] to client[count], in order.
std::vector<script::Host> Clients(int count) {
  std::vector<script::Host> hosts;
  for (int number = 1; number <= count; ++number) {
    hosts.push_back({.name = absl::StrCat("client[", number, "]"),
                     .base = "client",
                     .number = number,
                     .addresses = {},
                     .sysctls = {}});
  }
  return hosts;
}

class AgentFolder : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return absl::StrCat(folder_.path, "/", name); }

  Found Await(const std::vector<script::Host>& hosts, absl::Duration patience) {
    return AwaitAgents(folder_.path, hosts, patience,
                       [this](const std::string& what) { told_.push_back(what); });
  }

  const TemporaryFolder folder_;
  const std::vector<script::Host> lovers_ = RomeoAndJuliet().hosts;
  std::vector<std::string> told_;
};

TEST_F(AgentFolder, HasTheAgentsByTheirHosts) {
  const RunningCommand romeo = ListeningAgent("unix:" + Path("romeo.sock"));
  const RunningCommand juliet = ListeningAgent("unix:" + Path("juliet.sock"));
  const Found found = Await(lovers_, kPatience);
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(*found, ElementsAre(testing::Pair("juliet", Path("juliet.sock")),
                                  testing::Pair("romeo", Path("romeo.sock"))));
  const auto fleet = MakeLoopbackFleet(
      RomeoAndJuliet(), TheNursery(),
      {{"romeo", "unix:" + Path("romeo.sock")}, {"juliet", "unix:" + Path("juliet.sock")}});
  ASSERT_THAT(fleet, IsOk());
  EXPECT_THAT(Do(*(*fleet)->hosts[0].agent, Tcp("sock")), Succeeds());
  EXPECT_THAT(told_, ElementsAre());
}

// More than once: an agent is looked for before it listens, and after.
TEST_F(AgentFolder, AgentThatComesUpLaterIsWaitedFor) {
  for (int round = 0; round < 20; ++round) {
    auto found = std::async(std::launch::async, [&] { return Await({lovers_[0]}, kPatience); });
    const RunningCommand romeo = StartAgent("unix:" + Path("romeo.sock"));
    EXPECT_THAT(found.get(), IsOk()) << round;
    ASSERT_THAT(told_, ElementsAre());  // it did not sleep through it
  }
}

TEST_F(AgentFolder, AgentThatNeverComesIsNamed) {
  const wire::Fd romeo = Listening(Path("romeo.sock"));
  EXPECT_THAT(Await(lovers_, kShort),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr(absl::StrCat("no agent of juliet has come to ", folder_.path,
                                                    " within 50ms; that of a host HOST")),
                             HasSubstr(absl::StrCat("--listen unix:", Path("HOST.sock"))))));
  EXPECT_THAT(told_, ElementsAre());
}

TEST_F(AgentFolder, WhomItWaitsForIsToldAfterAWhile) {
  EXPECT_THAT(Await(lovers_, absl::Milliseconds(2100)), testing::Not(IsOk()));
  EXPECT_THAT(told_, ElementsAre(absl::StrCat("waiting for romeo, juliet in ", folder_.path)));
}

TEST_F(AgentFolder, SocketThatNobodyListensOnIsNone) {
  Listening(Path("juliet.sock"));
  EXPECT_THAT(Await({lovers_[1]}, kShort),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("no agent of juliet")));
  const RunningCommand juliet = StartAgent("unix:" + Path("juliet.sock"));
  EXPECT_THAT(Await({lovers_[1]}, kPatience), IsOk());
}

TEST_F(AgentFolder, ClientsAreCountedByTheirNumbers) {
  const wire::Fd three = Listening(Path("client-3.sock"));
  const wire::Fd ten = Listening(Path("client-10.sock"));
  const wire::Fd other = Listening(Path("client2.sock"));
  Listening(Path("client-2.sock"));
  EXPECT_THAT(Await(Clients(3), kShort),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("no agent of client[3]")));
  const wire::Fd one = Listening(Path("client-1.sock"));
  const Found found = Await(Clients(3), kShort);
  ASSERT_THAT(found, IsOk());
  EXPECT_THAT(*found, ElementsAre(testing::Pair("client[1]", Path("client-1.sock")),
                                  testing::Pair("client[2]", Path("client-3.sock")),
                                  testing::Pair("client[3]", Path("client-10.sock"))));
  const wire::Fd own = Listening(Path("client[2].sock"));
  EXPECT_EQ(Await(Clients(3), kShort)->at("client[2]"), Path("client[2].sock"));
}

TEST_F(AgentFolder, WaitEndsWhenItIsInterrupted) {
  const wire::Fd interruption(eventfd(1, EFD_CLOEXEC));
  EXPECT_THAT(AwaitAgents(folder_.path, lovers_, kPatience, {}, interruption.get()),
              StatusIs(absl::StatusCode::kCancelled,
                       HasSubstr("interrupted while it waited for romeo, juliet in /tmp/")));
}

TEST_F(AgentFolder, ThatIsNoneIsWrong) {
  for (const std::string& wrong : {Path("none"), std::string("/dev/null")}) {
    EXPECT_THAT(AwaitAgents(wrong, lovers_, kPatience, {}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("--agents " + wrong + ": No"),
                               HasSubstr("a folder with the sockets of agents is wanted"))));
  }
}

TEST_F(AgentFolder, PathThatCannotBeFollowedIsNamed) {
  std::filesystem::create_symlink("romeo.sock", Path("romeo.sock"));
  EXPECT_THAT(Await(lovers_, kPatience),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr(Path("romeo.sock") + ": Too many levels")));
}

TEST(AgentFolderNames, AreInTheOrderOfTheirNumbers) {
  std::vector<std::string> names = {"c-10", "c-9", "c-a1", "c-010", "c-1-2", "c-1", "c-1-10", "c-"};
  std::sort(names.begin(), names.end(), NumberedLess);
  EXPECT_THAT(names, ElementsAre("c-", "c-1", "c-1-2", "c-1-10", "c-9", "c-010", "c-10", "c-a1"));
}

}  // namespace
}  // namespace balcony::fleet
