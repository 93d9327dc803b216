// The agent as users have it: a process.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/listener.h"
#include "tests/agent/client.h"
#include "tests/agent/matchers.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr char kHello[] = "balcony-agent 1 [0-9.]+";

std::string AgentPath() {
  return testing::TempDir() + "main-" + std::to_string(getpid()) + ".sock";
}

// An agent on an inherited descriptor, and our end of the stream.
struct Spawned {
  std::pair<Fd, Fd> stream = SocketPair();
  Process process{{"--fd", "7"}, {.fd = std::move(stream.second)}};
};

TEST(Main, ServesOnAnInheritedDescriptorAfterAHello) {
  Spawned agent;
  EXPECT_THAT(ReadLine(agent.stream.first.get()), MatchesRegex(kHello));
  {
    Client client(std::move(agent.stream.first));
    EXPECT_THAT(client.Do(kSocket), Succeeds());
  }
  EXPECT_EQ(agent.process.Wait(), 0);
}

TEST(Main, EndsWithAnIdleStream) {
  Spawned agent;
  ReadLine(agent.stream.first.get());
  agent.stream.first.Close();
  EXPECT_EQ(agent.process.Wait(), 0);
}

TEST(Main, EndsAtSigterm) {
  Spawned agent;
  ReadLine(agent.stream.first.get());
  Client client(std::move(agent.stream.first));
  client.Do(kSocket);
  kill(agent.process.pid(), SIGTERM);
  EXPECT_EQ(agent.process.Wait(), 0);
  EXPECT_FALSE(client.Do(kSocket).has_done());
}

TEST(Main, EndsWhenItsClientIsKilled) {
  auto [ours, theirs] = SocketPair();
  const pid_t client = fork();
  if (client == 0) {
    pause();
    _exit(0);
  }
  Process agent({"--fd", "7"}, {.fd = std::move(theirs)});
  ReadLine(ours.get());
  ours.Close();
  kill(client, SIGKILL);
  waitpid(client, nullptr, 0);
  EXPECT_EQ(agent.Wait(), 0);
}

TEST(Main, IdleAgentWithParkedCallsUsesNoTime) {
  Spawned agent;
  ReadLine(agent.stream.first.get());
  Client client(std::move(agent.stream.first));
  client.Do("socket { socket: 'u' family: FAMILY_INET transport: TRANSPORT_UDP }");
  client.Do("bind { socket: 'u' address { address: '127.0.0.1' } }");
  client.Start("recv { socket: 'u' max_bytes: 9 }");
  EXPECT_THAT(client.Next(), Blocks());
  const auto ticks = [&] {
    std::ifstream stat("/proc/" + std::to_string(agent.process.pid()) + "/stat");
    std::string word;
    uint64_t sum = 0;
    for (int field = 1; field <= 15 && stat >> word; ++field)
      sum += field >= 14 ? std::stoull(word) : 0;
    return sum;
  };
  const uint64_t before = ticks();
  client.Start("patience { seconds: 1 } recv { socket: 'u' max_bytes: 9 }");
  EXPECT_THAT(client.Next(), Blocks());
  EXPECT_THAT(client.Next(), TimesOut());
  EXPECT_LE(ticks() - before, 5u);  // of 10 ms
}

// Copies both ways between a socket and an agent's two pipes, as ssh does.
TEST(Main, ServesOnStandardInputAndOutput) {
  auto [ours, theirs] = SocketPair();
  Fd copy(dup(theirs.get()));
  Process agent({"--stdio"}, {.in = std::move(theirs), .out = std::move(copy)});
  EXPECT_THAT(ReadLine(ours.get()), MatchesRegex(kHello));
  {
    Client client(std::move(ours));
    EXPECT_THAT(client.Do(kSocket), Succeeds());
  }
  EXPECT_EQ(agent.Wait(), 0);
}

TEST(Main, StandardInputMayBeAPipe) {
  auto [in, to_agent] = Pipe();
  auto [from_agent, out] = Pipe();
  Process agent({"--stdio"}, {.in = std::move(in), .out = std::move(out)});
  EXPECT_THAT(ReadLine(from_agent.get()), MatchesRegex(kHello));
  to_agent.Close();
  EXPECT_EQ(agent.Wait(), 0);
}

// The agent's log up to the place it listens on.
std::string WhereItListens(const Fd& log) {
  const std::string line = ReadListening(log.get());
  const auto at = line.find("listening on ");
  if (at == std::string::npos) return line;
  return line.substr(at + 13, line.find(' ', at + 13) - at - 13);
}

TEST(Main, JoinsAStreamToAnAgentThatListens) {
  auto [log, err] = Pipe();
  Process listening({"--listen", "unix:" + AgentPath()}, {.err = std::move(err)});
  EXPECT_EQ(WhereItListens(log), "unix:" + AgentPath());
  struct stat file {};
  ASSERT_EQ(stat(AgentPath().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  auto [ours, theirs] = SocketPair();
  Fd copy(dup(theirs.get()));
  Process joint({"--stdio=unix:" + AgentPath()}, {.in = std::move(theirs), .out = std::move(copy)});
  EXPECT_THAT(ReadLine(ours.get()), MatchesRegex(kHello));
  {
    Client client(std::move(ours));
    EXPECT_THAT(client.Do(kSocket), Succeeds());
  }
  EXPECT_EQ(joint.Wait(), 0);
  kill(listening.pid(), SIGTERM);
  EXPECT_EQ(listening.Wait(), 0);
  EXPECT_NE(access(AgentPath().c_str(), F_OK), 0);
}

TEST(Main, ListensOnALoopbackAddressForPlainClients) {
  auto [log, err] = Pipe();
  Process agent({"--listen", "127.0.0.1:0"}, {.err = std::move(err)});
  const std::string where = WhereItListens(log);
  EXPECT_THAT(where, MatchesRegex("127.0.0.1:[0-9]+"));
  Client client(grpc::CreateChannel(where, grpc::InsecureChannelCredentials()));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  EXPECT_EQ(Process({"--listen", where}, {}).Wait(), 3);
  kill(agent.pid(), SIGINT);
  EXPECT_EQ(agent.Wait(), 0);
}

TEST(Main, OwnControlPortIsDeniedAndTheDenialIsLogged) {
  auto [log, err] = Pipe();
  Process agent({"--listen", "127.0.0.1:0"}, {.err = std::move(err)});
  const std::string where = WhereItListens(log);
  Client client(grpc::CreateChannel(where, grpc::InsecureChannelCredentials()));
  client.Do(kSocket);
  EXPECT_THAT(client.Do("connect { socket: 's' address { address: '127.0.0.2' port: " +
                        where.substr(where.find(':') + 1) + " } }"),
              Refuses(v1::REFUSAL_CODE_PERMISSION_DENIED, "address"));
  EXPECT_THAT(ReadLine(log.get()), HasSubstr("session opened"));
  EXPECT_THAT(ReadLine(log.get()),
              HasSubstr("call=\"connect\" socket=\"s\" why=\"connect to 127.0.0.2:"));
}

TEST(Main, AllowHoldsForEverySession) {
  auto [ours, theirs] = SocketPair();
  Process agent({"--fd", "7", "--allow", "bind=127.0.0.1", "--allow", "[::1]"},
                {.fd = std::move(theirs)});
  ReadLine(ours.get());
  Client client(std::move(ours));
  client.Do(kSocket);
  EXPECT_THAT(client.Do("bind { socket: 's' address { address: '0.0.0.0' } }"),
              Refuses(v1::REFUSAL_CODE_PERMISSION_DENIED, "address"));
  EXPECT_THAT(client.Do("bind { socket: 's' address { address: '127.0.0.1' } }"), Succeeds());
}

TEST(Main, PathOfAKilledAgentIsTakenByTheNext) {
  auto [log, err] = Pipe();
  Process first({"--listen", "unix:" + AgentPath()}, {.err = std::move(err)});
  WhereItListens(log);
  kill(first.pid(), SIGKILL);
  EXPECT_EQ(first.Wait(), -1);
  EXPECT_EQ(access(AgentPath().c_str(), F_OK), 0);
  auto [next_log, next_err] = Pipe();
  Process next({"--listen", "unix:" + AgentPath()}, {.err = std::move(next_err)});
  EXPECT_EQ(WhereItListens(next_log), "unix:" + AgentPath());
  EXPECT_THAT(Client(*ConnectToPath(AgentPath())).Do(kSocket), Succeeds());
  kill(next.pid(), SIGTERM);
  EXPECT_EQ(next.Wait(), 0);
}

TEST(Main, GarbageAndSilenceOnTheListenerLeaveOthersServed) {
  auto [log, err] = Pipe();
  Process agent({"--listen", "unix:" + AgentPath()}, {.err = std::move(err)});
  WhereItListens(log);
  const Fd silent = *ConnectToPath(AgentPath());
  const Fd garbage = *ConnectToPath(AgentPath());
  const std::string noise(100'000, '\x5a');
  send(garbage.get(), noise.data(), noise.size(), MSG_NOSIGNAL);
  EXPECT_THAT(Client(*ConnectToPath(AgentPath())).Do(kSocket), Succeeds());
  kill(agent.pid(), SIGTERM);
  EXPECT_EQ(agent.Wait(), 0);
}

// The number that its next descriptor would have.
uint64_t NextDescriptorOf(pid_t pid) {
  uint64_t number = 0;
  const std::string all = "/proc/" + std::to_string(pid) + "/fd/";
  while (std::filesystem::is_symlink(all + std::to_string(number))) ++number;
  return number;
}

TEST(Main, ShortageOfDescriptorsIsLoggedOnceAndClientsWait) {
  auto [log, err] = Pipe();
  Process agent({"--listen", "unix:" + AgentPath()}, {.err = std::move(err)});
  WhereItListens(log);
  rlimit before{};
  ASSERT_EQ(prlimit(agent.pid(), RLIMIT_NOFILE, nullptr, &before), 0);
  const rlimit full{NextDescriptorOf(agent.pid()), before.rlim_max};
  ASSERT_EQ(prlimit(agent.pid(), RLIMIT_NOFILE, &full, nullptr), 0);
  Fd waiting = *ConnectToPath(AgentPath());
  EXPECT_THAT(ReadLine(log.get()), HasSubstr("out of descriptors"));
  pollfd more{log.get(), POLLIN, 0};
  EXPECT_EQ(poll(&more, 1, 350), 0);  // it looks again every 100 ms
  ASSERT_EQ(prlimit(agent.pid(), RLIMIT_NOFILE, &before, nullptr), 0);
  EXPECT_THAT(Client(std::move(waiting)).Do(kSocket), Succeeds());
}

TEST(Main, AgentWithoutDescriptorsCannotStart) {
  auto [log, err] = Pipe();
  Process agent({"--stdio"}, {.err = std::move(err), .descriptors = 64});
  EXPECT_EQ(agent.Wait(), 3);
  EXPECT_THAT(ReadAll(log), HasSubstr("RLIMIT_NOFILE allows 64 descriptors"));
}

#ifdef BALCONY_AGENT_IS_STATIC
TEST(Main, RunsAloneInAnEmptyRoot) {
  if (geteuid() != 0) GTEST_SKIP() << "chroot(2) is root's";
  const std::filesystem::path root = testing::TempDir() + "root-" + std::to_string(getpid());
  std::filesystem::create_directory(root);
  std::filesystem::copy_file(BALCONY_AGENT, root / "balcony-agent");
  auto [ours, theirs] = SocketPair();
  Fd copy(dup(theirs.get()));
  Process agent({"--stdio"}, {.in = std::move(theirs), .out = std::move(copy), .root = root});
  EXPECT_THAT(ReadLine(ours.get()), MatchesRegex(kHello));
  {
    Client client(std::move(ours));
    const v1::DescribeResponse described = client.Describe();
    EXPECT_EQ(described.kernel().sysname(), "Linux");
    EXPECT_EQ(described.network(), "");  // there is no /proc to tell it by
    EXPECT_THAT(client.Do(kSocket), Succeeds());
  }
  EXPECT_EQ(agent.Wait(), 0);
  std::filesystem::remove_all(root);
}
#endif

}  // namespace
}  // namespace balcony::agent
