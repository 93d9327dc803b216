#include "agent/undertaker.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/listener.h"
#include "agent/privileges.h"
#include "tests/agent/client.h"
#include "tests/agent/matchers.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

constexpr char kListening[] =
    "socket { socket: 'server' family: FAMILY_INET transport: TRANSPORT_TCP }";
constexpr char kConnecting[] =
    "socket { socket: 'client' family: FAMILY_INET transport: TRANSPORT_TCP }";

std::string BindTo(uint32_t port) {
  return absl::StrCat("bind { socket: 'server' address { address: '127.0.0.7' port: ", port,
                      " } }");
}

// Makes a connection whose server closes first, and gives the port that it leaves in TIME-WAIT.
uint32_t LeaveTimeWait(Client& client) {
  EXPECT_THAT(client.Do(kListening), Succeeds());
  const v1::Event bound = client.Do(BindTo(0));
  const uint32_t port = bound.done().bind().local().port();
  EXPECT_THAT(client.Do("listen { socket: 'server' }"), Succeeds());
  EXPECT_THAT(client.Do(kConnecting), Succeeds());
  EXPECT_THAT(
      client.Do(absl::StrCat(
          "connect { socket: 'client' address { address: '127.0.0.7' port: ", port, " } }")),
      Succeeds());
  EXPECT_THAT(client.Do("accept { socket: 'server' connection: 'conn' }"), Succeeds());
  EXPECT_THAT(client.Do("close { socket: 'conn' }"), Succeeds());
  EXPECT_THAT(client.Do("recv { socket: 'client' max_bytes: 1 }"), Succeeds());
  EXPECT_THAT(client.Do("close { socket: 'client' }"), Succeeds());
  EXPECT_THAT(client.Do("close { socket: 'server' }"), Succeeds());
  return port;
}

// Only where the process may: elsewhere TIME-WAIT is what there is.
TEST(Undertaker, LeavesThePortsOfAnEndedSessionToTheNext) {
  if (!HasNetAdmin()) GTEST_SKIP() << "it takes CAP_NET_ADMIN";
  const std::string path = testing::TempDir() + "undertaker-" + std::to_string(getpid()) + ".sock";
  auto [log, err] = Pipe();
  Process agent({"--listen", "unix:" + path}, Process::Streams{.err = std::move(err)});
  ReadListening(log.get());
  uint32_t port = 0;
  {
    Client first(*ConnectToPath(path));
    port = LeaveTimeWait(first);
    ASSERT_NE(port, 0U);
    EXPECT_THAT(first.Do("socket { socket: 's' family: FAMILY_INET transport: TRANSPORT_TCP }"),
                Succeeds());
    EXPECT_THAT(first.Do(absl::StrCat(
                    "bind { socket: 's' address { address: '127.0.0.7' port: ", port, " } }")),
                FailsWith(EADDRINUSE));
    EXPECT_TRUE(first.Finish().ok());
  }
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  bool bound = false;
  while (!bound && std::chrono::steady_clock::now() < give_up) {
    Client next(*ConnectToPath(path));
    EXPECT_THAT(next.Do(kListening), Succeeds());
    bound = next.Do(BindTo(port)).done().bind().outcome().has_ok();
    EXPECT_TRUE(next.Finish().ok());
  }
  EXPECT_TRUE(bound);
}

}  // namespace
}  // namespace balcony::agent
