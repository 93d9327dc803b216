#include "agent/server.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <map>
#include <string>

#include "tests/agent/client.h"
#include "tests/agent/host.h"
#include "tests/agent/matchers.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

// A server in this process.
class ServerTest : public testing::Test {
 protected:
  explicit ServerTest(const Limits& limits = {}) : server_(loop_, policy_, {.limits = limits}) {}

  Client Connect() {
    auto [ours, theirs] = SocketPair();
    server_.Take(std::move(theirs));
    return Client(std::move(ours));
  }

  Clock clock_;
  Loop loop_{clock_};
  Policy policy_;
  Server server_;
};

class TwoPlacesTest : public ServerTest {
 protected:
  TwoPlacesTest() : ServerTest({.sessions = 2}) {}
};

constexpr char kBindAnyPort[] = "bind { socket: 's' address { address: '127.0.0.1' } }";
constexpr char kStartListening[] = "listen { socket: 's' }";
constexpr char kAccept[] = "accept { socket: 's' connection: 'c' }";

TEST_F(ServerTest, CallsGoThroughASession) {
  Client client = Connect();
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  EXPECT_THAT(client.Do(kSocket), Refuses(v1::REFUSAL_CODE_ALREADY_EXISTS, "socket"));
  EXPECT_THAT(client.Do(kBindAnyPort), Succeeds());
  EXPECT_TRUE(client.Finish().ok());
}

TEST_F(ServerTest, SessionsDoNotShareNames) {
  Client one = Connect();
  Client two = Connect();
  EXPECT_THAT(one.Do(kSocket), Succeeds());
  EXPECT_THAT(two.Do(kSocket), Succeeds());
}

TEST_F(TwoPlacesTest, HoldTwoStreamsAndAThirdIsToldTheLimit) {
  Client one = Connect();
  EXPECT_THAT(one.Do(kSocket), Succeeds());
  Client two = Connect();
  EXPECT_THAT(two.Do(kSocket), Succeeds());
  const grpc::Status status = Connect().Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), testing::HasSubstr("sessions is 2"));
  EXPECT_THAT(one.Do("getsockname { socket: 's' }"), Succeeds());
  EXPECT_TRUE(two.Finish().ok());
  Until([&] { return Connect().Do(kSocket).has_done(); });
}

TEST_F(ServerTest, CallsAreAnsweredInOrderWhenSentAhead) {
  Client client = Connect();
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  constexpr uint64_t kCalls = 2000;
  for (uint64_t i = 0; i < kCalls; ++i) client.Start("getsockname { socket: 's' }");
  for (uint64_t i = 0; i < kCalls; ++i) EXPECT_EQ(client.Next().id(), i + 2);
}

TEST_F(ServerTest, BlockedIsToldAndACancelGetsIn) {
  Client client = Connect();
  for (const char* text : {kSocket, kBindAnyPort, kStartListening}) client.Do(text);
  const uint64_t accept = client.Start(kAccept);
  EXPECT_THAT(client.Next(), Blocks());
  client.Start("cancel { id: " + std::to_string(accept) + " }");
  EXPECT_THAT(client.Next(), IsCancelled("cancelled"));
  EXPECT_THAT(client.Next(), Succeeds());
}

TEST_F(ServerTest, HalfCloseEndsTheSessionAndItsSockets) {
  Client client = Connect();
  for (const char* text : {kSocket, kBindAnyPort, kStartListening}) client.Do(text);
  const v1::Event name = client.Do("getsockname { socket: 's' }");
  client.Start(kAccept);
  EXPECT_TRUE(client.Finish().ok());
  Client next = Connect();
  next.Do(kSocket);
  const std::string port = std::to_string(name.done().getsockname().local().port());
  EXPECT_THAT(next.Do("bind { socket: 's' address { address: '127.0.0.1' port: " + port + " } }"),
              Succeeds());
}

TEST_F(ServerTest, TenThousandCallsAtOnce) {
  Client client = Connect();
  for (const char* text : {kSocket, kBindAnyPort, kStartListening}) client.Do(text);
  constexpr int kCalls = 10'000;
  for (int i = 0; i < kCalls; ++i) {
    client.Start("accept { socket: 's' connection: '" + std::to_string(i) + "' }");
  }
  std::map<uint64_t, int> ends;
  for (int i = 0; i < kCalls; ++i) {
    const v1::Event event = client.Next();
    // 4096 sockets are the limit, and an accept that waits is on its way to one.
    ASSERT_TRUE(event.has_blocked() ||
                event.refused().code() == v1::REFUSAL_CODE_RESOURCE_EXHAUSTED);
    if (event.has_refused()) ++ends[event.id()];
  }
  EXPECT_EQ(client.Do("barrier {}").done().barrier().blocked(), 4095u);
  client.Start("close { socket: 's' }");
  for (v1::Event event; !(event = client.Next()).done().has_close();) {
    ASSERT_THAT(event, IsCancelled("closed"));
    ++ends[event.id()];
  }
  EXPECT_EQ(ends.size(), size_t{kCalls});
  for (const auto& [id, count] : ends) EXPECT_EQ(count, 1) << id;
}

TEST_F(ServerTest, LargePayloadsPass) {
  Client client = Connect();
  client.Do(kSocket);
  const std::string unit(1024 * 1024, 'x');
  EXPECT_THAT(client.Do("send { socket: 's' data { unit: '" + unit + "' } }"), FailsWith(EPIPE));
}

TEST_F(ServerTest, MessageOverAMebibyteLongerThanAPayloadEndsTheSession) {
  Client client = Connect();
  client.Start("send { socket: '" + std::string(2 * 1024 * 1024, 'x') + "' }");
  EXPECT_EQ(client.Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

// A string of protocol buffers is UTF-8.
TEST_F(ServerTest, MessageThatIsNoCallEndsTheSessionAsInvalid) {
  Client client = Connect();
  EXPECT_THAT(client.Do(kSocket), Succeeds());
  v1::Call call;
  call.mutable_close()->set_socket("\xff");
  client.Start(call);
  EXPECT_EQ(client.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServerTest, DescribeAnswers) { EXPECT_EQ(Connect().Describe().kernel().sysname(), "Linux"); }

size_t OpenDescriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

TEST_F(ServerTest, BrokenSessionsAreCleanedUpUnderLoad) {
  // The first session also makes what gRPC keeps.
  uint32_t port = 0;
  {
    Client client = Connect();
    client.Do(kSocket);
    port = client.Do(kBindAnyPort).done().bind().local().port();
    EXPECT_TRUE(client.Finish().ok());
  }
  const size_t before = OpenDescriptors();
  for (int i = 0; i < 50; ++i) {
    Client client = Connect();
    const std::string bind =
        "bind { socket: 's' address { address: '127.0.0.1' port: " + std::to_string(port) + " } }";
    for (const std::string& text : {std::string(kSocket), bind, std::string(kStartListening)})
      client.Start(text);
    for (int call = 0; call < 50; ++call) client.Start("getsockname { socket: 's' }");
    client.Start(kAccept);
    if (i % 2 == 0) client.Next();
    client.Break();
  }
  Until([&] { return OpenDescriptors() <= before; });
  Client next = Connect();
  next.Do(kSocket);
  EXPECT_THAT(next.Do("bind { socket: 's' address { address: '127.0.0.1' port: " +
                      std::to_string(port) + " } }"),
              Succeeds());
}

}  // namespace
}  // namespace balcony::agent
