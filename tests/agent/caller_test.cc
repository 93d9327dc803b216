#include "agent/caller.h"

#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <utility>

#include "agent/server.h"
#include "tests/agent/client.h"
#include "tests/agent/process.h"
#include "tests/agent/unary_door.h"

namespace balcony::agent {
namespace {

// A stream whose other end another user has made: the C library would change all threads' user.
std::pair<Fd, Fd> AnothersPair() {
  std::pair<Fd, Fd> ends;
  std::thread([&ends] {
    ASSERT_EQ(syscall(SYS_setresuid, -1, 65534, -1), 0);
    ends = SocketPair();
  }).join();
  return ends;
}

class CallerTest : public testing::Test {
 protected:
  std::unique_ptr<v1::Agent::Stub> Connect(std::pair<Fd, Fd> ends) {
    Arrival arrival;
    arrival.connection = std::move(ends.second);
    EXPECT_TRUE(connections_.Admit(arrival, clock_.Now()));
    server_.Take(std::move(arrival.connection));
    return v1::Agent::NewStub(ToChannel(std::move(ends.first)));
  }

  Clock clock_;
  Loop loop_{clock_};
  const Policy policy_{};
  Connections connections_{Limits()};
  Server server_{loop_, policy_, {.limits = {}, .callers = {connections_, "anybody"}}};
};

TEST_F(CallerTest, SessionByPathIsFoundAlsoOnceAnotherUserHasConnected) {
  if (geteuid() != 0) GTEST_SKIP() << "another user's connection is root's to make";
  const auto agent = Connect(SocketPair());
  grpc::ClientContext opening;
  v1::OpenSessionRequest request;
  v1::OpenSessionResponse opened;
  request.set_session(kName);
  ASSERT_TRUE(agent->OpenSession(&opening, request, &opened).ok());
  const auto other = Connect(AnothersPair());
  EXPECT_EQ(connections_.Owners(), "uid 0 or 65534");
  grpc::ClientContext barrier;
  Name(barrier);
  v1::BarrierResponse response;
  EXPECT_TRUE(agent->Barrier(&barrier, {}, &response).ok());
}

}  // namespace
}  // namespace balcony::agent
