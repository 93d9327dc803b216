// How unary calls end before the kernel answers, and what happens when several such ends race.

#include <gmock/gmock.h>
#include <sys/socket.h>

#include <chrono>
#include <deque>
#include <thread>

#include "tests/agent/unary_door.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

TEST_F(UnaryDoorTest, CancellingTheRpcCancelsTheCall) {
  Connected();
  Recv recv;
  recv.Start(*agent_);
  WaitForBlocked(1);
  recv.context.TryCancel();
  EXPECT_EQ(recv.Wait().error_code(), StatusCode::CANCELLED);
  WaitForBlocked(0);
  Do(&Stub::Send, "socket: 'romeo' data { unit: 'x' }");
  EXPECT_EQ(Do(&Stub::Recv, kRecvRequest).response.data(), "x");
}

TEST_F(UnaryDoorTest, DeadlineOfTheRpcCancelsTheCall) {
  Connected();
  Recv recv;
  recv.context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  recv.Start(*agent_);
  EXPECT_EQ(recv.Wait().error_code(), StatusCode::DEADLINE_EXCEEDED);
  WaitForBlocked(0);
}

TEST_F(UnaryDoorTest, BrokenConnectionCancelsItsCalls) {
  Connected();
  auto [ours, theirs] = SocketPair();
  const Fd cut(dup(ours.get()));
  server_->Take(std::move(theirs));
  Recv recv;
  {
    const auto other = v1::Agent::NewStub(ToChannel(std::move(ours)));
    recv.Start(*other);
    WaitForBlocked(1);
    shutdown(cut.get(), SHUT_RDWR);
    EXPECT_EQ(recv.Wait().error_code(), StatusCode::UNAVAILABLE);
  }
  WaitForBlocked(0);
}

TEST_F(UnaryDoorTest, ManyCallsWaitAtOnce) {
  Connected();
  std::deque<Recv> all(500);
  for (Recv& recv : all) {
    recv.request.set_max_bytes(1);
    recv.Start(*agent_);
  }
  WaitForBlocked(500);
  Do(&Stub::Sendall, "socket: 'romeo' data { unit: 'x' count: 500 }");
  for (Recv& recv : all) {
    EXPECT_TRUE(recv.Wait().ok());
    EXPECT_EQ(recv.response.data(), "x");
  }
}

TEST_F(UnaryDoorTest, EndOfTheSessionEndsItsCalls) {
  Connected();
  Recv recv;
  recv.Start(*agent_);
  WaitForBlocked(1);
  EXPECT_TRUE(End().ok());
  const grpc::Status status = recv.Wait();
  EXPECT_EQ(status.error_code(), StatusCode::CANCELLED);
  EXPECT_THAT(status.error_message(), HasSubstr("session"));
  EXPECT_EQ(Do(&Stub::Barrier, "").status.error_code(), StatusCode::NOT_FOUND);
  EXPECT_EQ(End().error_code(), StatusCode::NOT_FOUND);
}

TEST_F(UnaryDoorTest, EndOfTheServerEndsTheCalls) {
  Connected();
  Recv recv;
  recv.Start(*agent_);
  WaitForBlocked(1);
  server_.reset();
  EXPECT_FALSE(recv.Wait().ok());
}

// Data, cancels, deadlines and the session's end come at about one time; every RPC ends once, and
// the session's things are gone.
TEST_F(UnaryDoorTest, EveryRpcEndsOnceWhateverRaces) {
  for (int round = 0; round < 60; ++round) {
    Connected();
    std::deque<Recv> all(8);
    for (size_t i = 0; i < all.size(); ++i) {
      if (i % 4 == 1) {
        all[i].context.set_deadline(std::chrono::system_clock::now() +
                                    std::chrono::microseconds(500 * i));
      }
      if (i % 4 == 2) all[i].context.AddMetadata("balcony-patience", "0.001s");
      all[i].Start(*agent_);
    }
    std::thread cancels([&] {
      for (size_t i = 0; i < all.size(); i += 2) all[i].context.TryCancel();
    });
    Do(&Stub::Send, "socket: 'romeo' data { unit: 'xyz' }");
    EXPECT_TRUE(End().ok());
    cancels.join();
    for (Recv& recv : all) recv.Wait();
    for (const Recv& recv : all) EXPECT_EQ(recv.ends, 1);
    Open(kName);
  }
}

}  // namespace
}  // namespace balcony::agent
