// What main.cc makes of its command line.
#include "agent/command_line.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "agent/listener.h"
#include "tests/agent/client.h"
#include "tests/agent/matchers.h"
#include "tests/agent/own_network.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

struct CommandLineCase {
  std::vector<std::string> words;
  int exit;
  const char* said;
};

class CommandLines : public testing::TestWithParam<CommandLineCase> {};

TEST_P(CommandLines, AreToldApart) {
  auto [log, err] = Pipe();
  Process agent(GetParam().words, {.err = std::move(err)});
  EXPECT_EQ(agent.Wait(), GetParam().exit);
  EXPECT_THAT(ReadAll(log), HasSubstr(GetParam().said));
}

const CommandLineCase kCommandLines[] = {
    {{"--nonsense"}, 2, "--nonsense"},
    {{"--stdio", "--nonsense"}, 2, "--nonsense"},
    {{"--listen", "127.0.0.1:0", "stray"}, 2, "stray"},
    {{"--fd", "x"}, 2, "x"},
    {{"--fd", "-1"}, 2, "-1"},
    {{"--fd", "7", "--stdio"}, 2, "--fd, --stdio, --listen and --check"},
    {{"--stdio="}, 2, "--stdio="},
    {{"--stdio=unix:"}, 2, "path"},
    {{"--stdio=/nonexistent/socket"}, 3, "/nonexistent/socket"},
    {{"--stdio=unix:/nonexistent/socket"}, 3, "to /nonexistent/socket"},
    {{"--listen", "10.0.0.1:50051"}, 2, "--insecure lets everybody in"},
    {{"--listen", "[::]:0", "--insec"}, 2, "--insec"},
    {{"--listen", "[::]:0", "--tls-cert", "c", "--tls-key", "k"}, 2, "without authentication"},
    {{"--listen", "[::]:0", "--tls-cert", "c"}, 2, "--tls-key"},
    {{"--listen", "127.0.0.1:0", "--token-file", "t"}, 2, "in plain text"},
    {{"--listen", "127.0.0.1:0", "--tls-cert", "c", "--tls-key", "/etc/passwd"}, 3, "chmod 600"},
    {{"--listen", "127.0.0.1:0", "--tls-cert", "c", "--tls-key", "/none"}, 3, "/none: ENOENT"},
    {{"--stdio", "--insecure"}, 2, "--listen ADDRESS:PORT"},
    {{"--stdio", "--limit", "patience"}, 2, "NAME=VALUE"},
    {{"--stdio", "--limit", "patients=1s"}, 2, "there is no such limit; there are sockets, "},
    {{"--stdio", "--limit", "patience=0s"}, 2, "from 1ms"},
    {{"--stdio", "--limit", "payload_bytes=0"}, 2, "from 1 to"},
    {{"--stdio", "--log-format", "xml"}, 2, "xml"},
    {{"--listen", "::1:5"}, 2, "brackets"},
    {{"--listen", "127.0.0.1"}, 2, "has no port; write 127.0.0.1:50051"},
    {{"--listen", "[::1]"}, 2, "has no port; write [::1]:50051"},
    {{"--listen", "127.0.0.1:"}, 2, "has no port; write 127.0.0.1:50051"},
    {{"--listen", "juliet"}, 2, "neither unix:PATH nor ADDRESS:PORT"},
    {{"--listen", "localhost:7"}, 2, "no name is resolved here; write one such as 127.0.0.1:7"},
    {{"--listen", "127.0.0.1:70000"}, 2, "above 65535"},
    {{"--listen", "unix:/run/%n.sock"}, 2, "--listen \"/run/%n.sock\": %n is neither %H"},
    {{"--stdio=/run/%n.sock"}, 2, "--stdio=\"/run/%n.sock\": %n is neither %H"},
    {{"--check=/run/%"}, 2, "--check=\"/run/%\": % is neither %H"},
    {{"--check=192.0.2.1:7000"}, 2, "is not a loopback address"},
    {{"--check="}, 2, "--check=: a path is missing"},
    {{"--check=/run/x", "--stdio"}, 2, "--check is needed, and once"},
    {{"--check=/run/x", "--narrate"}, 2, "--narrate belongs to the agent that listens there"},
    {{"--stdio=/run/x", "--narrate"}, 2, "--narrate belongs to the agent that listens there"},
    {{"--listen", ""}, 2, "unix:PATH or ADDRESS:PORT is missing"},
    {{"--listen", "unix:"}, 2, "has 0\nRun with --help"},
    {{"--fd", "8"}, 3, "not a socket"},
    {{"--stdio", "--allow", "juliet:80"}, 2, "--allow juliet:80: \"juliet\" is not"},
    {{"--stdio", "--allow", "[::1]", "--allow=[::1]/129"}, 2, "--allow [::1]/129: \"129\""},
    {{"--stdio", "--allow", "10.0.0.1", "10.0.0.2"}, 2, "10.0.0.2"},
    {{"--stdio", "--allow"}, 2, "--allow"},
    {{"--stdio=/nonexistent/socket", "--allow", "10.0.0.1"}, 2, "--allow belongs to the agent"},
    {{"--listen", "127.0.0.1:0", "--own-network"}, 2, "--own-network requires --fd"},
    {{"--stdio", "--own-network"}, 2, "--own-network requires --fd"},
    {{"--version"}, 0, ""},
    {{"--help"}, 0, ""},
};
INSTANTIATE_TEST_SUITE_P(Main, CommandLines, testing::ValuesIn(kCommandLines));

TEST(CommandLine, UsualPlaceIsTheUsersOwn) {
  const uid_t user = geteuid();
  const std::string own = testing::TempDir() + "own-" + std::to_string(getpid());
  std::filesystem::create_directory(own);
  EXPECT_EQ(UsualPlace(user, own.c_str()), "unix:" + own + "/balcony-agent.sock");
  EXPECT_EQ(UsualPlace(user + 1, own.c_str()), "");
  EXPECT_EQ(UsualPlace(1000, nullptr), "");
  EXPECT_EQ(UsualPlace(1000, "relative"), "");
  EXPECT_EQ(UsualPlace(0, nullptr), "unix:/run/balcony-agent.sock");
  std::filesystem::remove(own);
}

TEST(CommandLine, WithoutAWayItListensInTheUsersRuntimeDirectory) {
  std::string folder = testing::TempDir() + "runtime-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const char* const before = getenv("XDG_RUNTIME_DIR");
  const std::string kept = before == nullptr ? "" : before;
  setenv("XDG_RUNTIME_DIR", folder.c_str(), 1);
  auto [log, err] = Pipe();
  Process agent({}, {.err = std::move(err)});
  before == nullptr ? unsetenv("XDG_RUNTIME_DIR") : setenv("XDG_RUNTIME_DIR", kept.c_str(), 1);
  EXPECT_THAT(ReadLine(log.get()),
              HasSubstr("listening on unix:" + folder + "/balcony-agent.sock "));
  struct stat file {};
  ASSERT_EQ(stat((folder + "/balcony-agent.sock").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  EXPECT_THAT(Client(*ConnectToPath(folder + "/balcony-agent.sock")).Do(kSocket), Succeeds());
  kill(agent.pid(), SIGTERM);
  EXPECT_EQ(agent.Wait(), 0);
  EXPECT_EQ(rmdir(folder.c_str()), 0);
}

TEST(CommandLine, InsecureIsWarnedOf) {
  auto [log, err] = Pipe();
  Process agent({"--listen", "0.0.0.0:0", "--insecure"}, {.err = std::move(err)});
  EXPECT_THAT(ReadLine(log.get()), HasSubstr("clients=\"anybody who can connect\""));
  EXPECT_THAT(ReadLine(log.get()), HasSubstr("warning: anybody who reaches it may use this agent"));
}

#ifdef BALCONY_AGENT_IS_STATIC
// In a root whose /proc says so: the real one shows process 1 to few.
TEST(CommandLine, OwnNetworkIsRefusedInThatOfProcessOne) {
  InOwnNetwork([] {
    const std::filesystem::path root =
        testing::TempDir() + "own-network-" + std::to_string(getpid());
    for (const char* process : {"self", "1"}) {
      std::filesystem::create_directories(root / "proc" / process / "ns");
    }
    std::ofstream(root / "proc/self/ns/net") << "net";
    std::filesystem::create_hard_link(root / "proc/self/ns/net", root / "proc/1/ns/net");
    std::filesystem::copy_file(BALCONY_AGENT, root / "balcony-agent");
    auto [log, err] = Pipe();
    auto [ours, theirs] = SocketPair();
    Process agent({"--own-network", "--fd", "7"},
                  {.err = std::move(err), .fd = std::move(theirs), .root = root});
    EXPECT_EQ(agent.Wait(), 2);
    EXPECT_THAT(ReadAll(log), HasSubstr("network namespace is that of process 1"));
    std::filesystem::remove_all(root);
  });
}
#endif

TEST(CommandLine, OwnNetworkIsTakenInAnother) {
  InOwnNetwork([] {
    auto [ours, theirs] = SocketPair();
    Process agent({"--own-network", "--fd", "7"}, {.fd = std::move(theirs)});
    EXPECT_THAT(ReadLine(ours.get()), HasSubstr("balcony-agent 1 "));
    ours.Close();
    EXPECT_EQ(agent.Wait(), 0);
  });
}

TEST(CommandLine, InheritedDescriptorMustBeAConnectedStream) {
  struct Case {
    int type;
    bool listens;
    const char* said;
  };
  for (const Case& wrong : {Case{SOCK_DGRAM, false, "not a stream socket"},
                            Case{SOCK_STREAM, true, "listening socket"}}) {
    auto [log, err] = Pipe();
    Fd given(socket(AF_INET, wrong.type | SOCK_CLOEXEC, 0));
    if (wrong.listens) {
      ASSERT_EQ(listen(given.get(), 1), 0);
    }
    Process agent({"--fd", "7"}, {.err = std::move(err), .fd = std::move(given)});
    EXPECT_EQ(agent.Wait(), 3);
    EXPECT_THAT(ReadAll(log), HasSubstr(wrong.said));
  }
}

}  // namespace
}  // namespace balcony::agent
