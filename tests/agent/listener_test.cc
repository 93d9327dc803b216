#include "agent/listener.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <future>
#include <latch>
#include <string>
#include <vector>

#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

// A path of this test's own.
std::string SocketPath() {
  return testing::TempDir() + "agent-" + std::to_string(getpid()) + ".sock";
}

// A path as a killed agent leaves it.
void LeaveStale(const std::string& path) {
  {
    auto dead = Listener::Open("unix:" + path);
    ASSERT_TRUE(dead.ok()) << dead.status();
    link(path.c_str(), (path + ".left").c_str());
  }
  rename((path + ".left").c_str(), path.c_str());
}

TEST(Listener, PathMayHaveTheHostsName) {
  EXPECT_EQ(*ExpandPath("/run/%H/%H.sock", "juliet"), "/run/juliet/juliet.sock");
  EXPECT_EQ(*ExpandPath("/run/100%%H", "juliet"), "/run/100%H");
  EXPECT_EQ(*ExpandPath("", "juliet"), "");
  for (const char* wrong : {"/run/%h.sock", "/run/%", "/run/%%%"}) {
    const auto expanded = ExpandPath(wrong, "juliet");
    EXPECT_TRUE(absl::IsInvalidArgument(expanded.status())) << wrong;
    EXPECT_THAT(std::string(expanded.status().message()),
                testing::HasSubstr("neither %H, the host's name, nor %%"));
  }
  EXPECT_TRUE(absl::IsInvalidArgument(ExpandPath("/run/%H", "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(ExpandPath("/run/%H", "../etc").status()));
  EXPECT_EQ(*ExpandWhere("[fe80::1%eth0]:80"), "[fe80::1%eth0]:80");
}

TEST(Listener, PathIsTheOwnersOnlyAndGoesWithTheListener) {
  const std::string path = SocketPath();
  {
    const auto listener = Listener::Open("unix:" + path);
    ASSERT_TRUE(listener.ok()) << listener.status();
    struct stat file {};
    ASSERT_EQ(stat(path.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777, 0600u);
    EXPECT_TRUE(ConnectToPath(path).ok());
  }
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST(Listener, PathOfALiveAgentIsNotTaken) {
  const auto first = Listener::Open("unix:" + SocketPath());
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(absl::IsAlreadyExists(Listener::Open("unix:" + SocketPath()).status()));
  EXPECT_TRUE(ConnectToPath(SocketPath()).ok());
}

TEST(Listener, PathOfADeadAgentIsTaken) {
  LeaveStale(SocketPath());
  EXPECT_TRUE(Listener::Open("unix:" + SocketPath()).ok());
}

// A blocking look at it would wait until somebody accepts.
TEST(Listener, PathOfALiveAgentThatIsBusyIsNotTaken) {
  const auto busy = Listener::Open("unix:" + SocketPath());
  ASSERT_TRUE(busy.ok());
  std::vector<Fd> clients;
  for (int i = 0; i < 129; ++i) {
    absl::StatusOr<Fd> client = ConnectToPath(SocketPath());
    ASSERT_TRUE(client.ok()) << client.status();
    clients.push_back(*std::move(client));
  }
  EXPECT_TRUE(absl::IsAlreadyExists(Listener::Open("unix:" + SocketPath()).status()));
}

TEST(Listener, OfManyThatFindAPathStaleOneTakesIt) {
  constexpr int kAgents = 8;
  for (int round = 0; round < 300; ++round) {
    LeaveStale(SocketPath());
    std::latch start(kAgents);
    std::vector<std::future<absl::StatusOr<Listener>>> agents;
    for (int i = 0; i < kAgents; ++i) {
      agents.push_back(std::async(std::launch::async, [&start] {
        start.arrive_and_wait();
        return Listener::Open("unix:" + SocketPath());
      }));
    }
    std::vector<Listener> opened;
    for (auto& agent : agents) {
      absl::StatusOr<Listener> listener = agent.get();
      if (listener.ok()) opened.push_back(*std::move(listener));
    }
    ASSERT_EQ(opened.size(), 1u);
    ASSERT_TRUE(ConnectToPath(SocketPath()).ok());
  }
  EXPECT_NE(access(SocketPath().c_str(), F_OK), 0);
}

TEST(Listener, WhoWaitsForALockSaysSoAndASignalEndsIt) {
  std::string folder = testing::TempDir() + "locked-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const Fd lock(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ASSERT_EQ(flock(lock.get(), LOCK_SH), 0);
  const std::vector<std::string> words = {"--listen", "unix:" + folder + "/socket"};
  auto [log, err] = Pipe();
  Process agent(words, {.err = std::move(err)});
  EXPECT_THAT(ReadLine(log.get()), testing::HasSubstr("waiting for a lock (flock)"));
  kill(agent.pid(), SIGTERM);
  EXPECT_EQ(agent.Wait(), 0);
  auto [second_log, second_err] = Pipe();
  Process second(words, {.err = std::move(second_err)});
  EXPECT_THAT(ReadLine(second_log.get()), testing::HasSubstr("waiting for a lock (flock)"));
  ASSERT_EQ(flock(lock.get(), LOCK_UN), 0);
  EXPECT_THAT(ReadLine(second_log.get()), testing::HasSubstr("listening on"));
  kill(second.pid(), SIGTERM);
  EXPECT_EQ(second.Wait(), 0);
  rmdir(folder.c_str());
}

TEST(Listener, FileThatIsNoSocketIsLeftAlone) {
  std::ofstream(SocketPath()) << "precious";
  EXPECT_TRUE(absl::IsAlreadyExists(Listener::Open("unix:" + SocketPath()).status()));
  EXPECT_EQ(access(SocketPath().c_str(), F_OK), 0);
  unlink(SocketPath().c_str());
}

TEST(Listener, PortIsChosenAndNotShared) {
  const auto listener = Listener::Open("127.0.0.1:0");
  ASSERT_TRUE(listener.ok()) << listener.status();
  EXPECT_NE(listener->where(), "127.0.0.1:0");
  EXPECT_TRUE(absl::IsUnavailable(Listener::Open(listener->where()).status()));
}

TEST(Listener, AddressesThatOthersReachAreTold) {
  for (const char* where : {"0.0.0.0:0", "10.0.0.1:1", "[::]:0", "[2001:db8::1]:0"}) {
    EXPECT_TRUE(IsOpenToOthers(where).value_or(false)) << where;
  }
  for (const char* where : {"127.0.0.1:0", "127.1.2.3:1", "[::1]:0"}) {
    EXPECT_FALSE(IsOpenToOthers(where).value_or(true)) << where;
  }
}

TEST(Listener, NonsenseIsInvalid) {
  for (const char* where : {"::1:5", "[::1:5", "::1]:5", "[127.0.0.1]:5", "", "x", "unix:",
                            "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "localhost:1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(Listener::Open(where).status())) << where;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(Listener::Open("unix:" + std::string(108, 'x')).status()));
}

}  // namespace
}  // namespace balcony::agent
