#include "agent/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/listener.h"
#include "tests/agent/client.h"
#include "tests/agent/matchers.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

// An agent whose log is a pipe with room for two lines, and that is full. Of two lines the one may
// be that somebody else has the lock of the sockets' directory.
class LogTest : public testing::Test {
 protected:
  LogTest() {
    auto [log, err] = Pipe();
    EXPECT_EQ(fcntl(err.get(), F_SETPIPE_SZ, kRoom), kRoom);
    const Fd same(dup(err.get()));
    agent_.emplace(std::vector<std::string>{"--listen", "unix:" + path_},
                   Process::Streams{.err = std::move(err)});
    log_ = std::move(log);
    ReadListening(log_.get());
    EXPECT_EQ(write(same.get(), filling_.data(), filling_.size()), kRoom);
    Client client(*ConnectToPath(path_));
    EXPECT_THAT(client.Do(kSocket), Succeeds());
    EXPECT_TRUE(client.Finish().ok());
  }

  static constexpr int kRoom = 2 * 4096;  // bytes; a page holds a line until that is read
  const std::string path_ = testing::TempDir() + "log-" + std::to_string(getpid()) + ".sock";
  std::string filling_ = std::string(kRoom, '.');
  Fd log_;
  std::optional<Process> agent_;
};

TEST_F(LogTest, ThatNobodyReadsDoesNotKeepAnAgentFromItsEnd) {
  const auto before = std::chrono::steady_clock::now();
  kill(agent_->pid(), SIGTERM);
  EXPECT_EQ(agent_->Wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(1));
}

TEST_F(LogTest, TellsHowManyLinesWereLeftOut) {
  ASSERT_EQ(read(log_.get(), filling_.data(), filling_.size()), kRoom);
  Client client(*ConnectToPath(path_));
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  EXPECT_THAT(ReadLine(log_.get()),
              testing::MatchesRegex(".* warning: lines of the log were left out.*=\"[12]\""));
}

}  // namespace
}  // namespace balcony::agent
