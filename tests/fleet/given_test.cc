// Agents that the user names.
#include "controller/fleet/given.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "controller/fleet/casting.h"
#include "controller/fleet/command.h"
#include "controller/fleet/local.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/fleets.h"
#include "tests/fleet/listening.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

absl::StatusOr<std::unique_ptr<Fleet>> JulietBy(const std::string& where) {
  return MakeLoopbackFleet(RomeoAndJuliet(), TheNursery(), {{"juliet", where}});
}

void ExpectToConnect(Fleet& fleet) {
  const std::string address = fleet.hosts[1].addresses[0];
  EXPECT_THAT(address, StartsWith("127."));
  EXPECT_EQ(fleet.kind, "given");
  ListenOn(*fleet.hosts[1].agent, address, 4000);
  ASSERT_THAT(Do(*fleet.hosts[0].agent, Tcp("sock")), Succeeds());
  EXPECT_THAT(Do(*fleet.hosts[0].agent, Connect("sock", address, 4000)), Succeeds());
}

// Somebody who listens, and never accepts.
class Listener {
 public:
  explicit Listener(int backlog)
      : where_(absl::StrCat("unix:", folder_.path, "/agent")),
        socket_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    where_.copy(address.sun_path, where_.size(), strlen("unix:"));
    EXPECT_EQ(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    EXPECT_EQ(listen(socket_.get(), backlog), 0);
  }
  const std::string& where() const { return where_; }

 private:
  TemporaryFolder folder_;
  std::string where_;
  wire::Fd socket_;
};

TEST(GivenAgent, IsReachedByACommand) {
  const auto fleet = JulietBy(absl::StrCat(Agent(), " --stdio"));
  ASSERT_THAT(fleet, IsOk());
  ExpectToConnect(**fleet);
}

TEST(GivenAgent, IsReachedThroughALoginThatGreets) {
  const auto fleet = JulietBy(absl::StrCat("echo Welcome; echo; ", Agent(), " --stdio"));
  ASSERT_THAT(fleet, IsOk());
  ExpectToConnect(**fleet);
}

TEST(GivenAgent, IsReachedByAUnixSocket) {
  const TemporaryFolder folder;
  const std::string where = absl::StrCat("unix:", folder.path, "/agent");
  const RunningCommand agent = ListeningAgent(where);
  const auto fleet = JulietBy(where);
  ASSERT_THAT(fleet, IsOk());
  ExpectToConnect(**fleet);
}

TEST(GivenAgent, IsReachedByAnAddress) {
  const std::string where = absl::StrCat(LoopbackAddresses().Next(), ":4001");
  const RunningCommand agent = ListeningAgent(where);
  const auto fleet = JulietBy(where);
  ASSERT_THAT(fleet, IsOk());
  ExpectToConnect(**fleet);
}

TEST(GivenAgent, IsDialledOnLoopbackOnly) {
  for (const std::string where :
       {"10.0.0.1:4000", "juliet.example.org:4000", "[2001:db8::1]:4000"}) {
    EXPECT_THAT(JulietBy(where), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("TLS")));
  }
}

TEST(GivenAgent, WithAMistakeInItsAddressIsNoCommand) {
  for (const auto& [where, message] : {std::pair{"", "--agent juliet=: it is empty"},
                                       {" ", "it is empty"},
                                       {"7000", "an address stands before its port"},
                                       {":7000", "an address stands before its port"},
                                       {"127.0.0.1", "an address needs a port"},
                                       {"127.0.0.1:", "a port is 1 to 65535"},
                                       {"localhost", "an address needs a port"},
                                       {"::1", "an address needs a port"},
                                       {"[::1]", "an address needs a port"},
                                       {"127.0.0.1:0", "127.0.0.1:0: a port is 1 to 65535"},
                                       {"[::1]:70000", "a port is 1 to 65535"},
                                       {"127.0.0.1:99999999999", "a port is 1 to 65535"},
                                       {"127.0.0.1:-1", "a port is 1 to 65535"},
                                       {"127.0.0.1:http", "a port is 1 to 65535"}}) {
    EXPECT_THAT(JulietBy(where), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)));
  }
}

TEST(GivenAgent, ThatIsNoAgentIsNamed) {
  const Listener listener(10);  // the kernel takes the connection, and nobody answers
  EXPECT_THAT(JulietBy(listener.where()),
              StatusIs(absl::StatusCode::kUnavailable,
                       AllOf(HasSubstr("--agent juliet=unix:/"),
                             HasSubstr("whoever listens there is no balcony-agent"))));
}

TEST(GivenAgent, BehindAFullQueueIsGivenUp) {
  const Listener listener(0);
  const auto first = ReachGiven(listener.where(), {});  // fills the queue
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(JulietBy(listener.where()),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("whoever listens there has accepted no connection")));
}

TEST(GivenAgent, ThatDoesNotListenIsNamed) {
  EXPECT_THAT(
      JulietBy("unix:/nowhere/agent"),
      StatusIs(absl::StatusCode::kUnavailable,
               HasSubstr("--agent juliet=unix:/nowhere/agent: no agent listens there: No such")));
  EXPECT_THAT(JulietBy("unix:/" + std::string(200, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1 to 107 bytes")));
}

TEST(GivenAgent, ForAnUnknownHostIsRefused) {
  EXPECT_THAT(MakeLoopbackFleet(RomeoAndJuliet(), TheNursery(), {{"julia", "true"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--agent julia=")));
}

TEST(GivenAgent, WhoseCommandFailsIsShownWithItsLastWords) {
  EXPECT_THAT(
      JulietBy("echo so long; echo Permission denied >&2; exit 5"),
      StatusIs(absl::StatusCode::kUnavailable,
               HasSubstr("juliet: no agent said hello: the stream ended; it wrote instead: "
                         "\"so long\\n\"; exited with status 5; it said: Permission denied")));
}

TEST(GivenAgent, IsKilledWithItsFleet) {
  auto fleet = JulietBy(absl::StrCat("exec ", Agent(), " --stdio"));
  ASSERT_THAT(fleet, IsOk());
  const std::shared_ptr<Process> process = (*fleet)->processes.front();
  EXPECT_GT(process->pid(), 0);
  fleet->reset();
  EXPECT_TRUE(process->WaitUntilEnded(absl::ZeroDuration()));
}

TEST(GivenAgent, WhoseCommandIsKilledEndsItsCalls) {
  const auto fleet = JulietBy(absl::StrCat("exec ", Agent(), " --stdio"));
  ASSERT_THAT(fleet, IsOk());
  AgentLink& juliet = *(*fleet)->hosts[1].agent;
  ASSERT_THAT(Do(juliet, Udp("sock")), Succeeds());
  ASSERT_THAT(Do(juliet, Bind("sock", "127.0.0.1", 0)), Succeeds());
  const auto recv = DoBlocked(juliet, Recvfrom("sock", 1));
  (*fleet)->processes.front()->Kill();
  ASSERT_TRUE(recv->WaitUntilEnded(kPatience));
  EXPECT_THAT(recv->result(), StatusIs(absl::StatusCode::kUnavailable, HasSubstr("signal 9")));
}

}  // namespace
}  // namespace balcony::fleet
