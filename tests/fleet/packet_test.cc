#include "controller/fleet/packet.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

std::array<wire::Fd, 2> SocketPair() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
  return {wire::Fd(ends[0]), wire::Fd(ends[1])};
}

TEST(Packet, KeepsMessagesApart) {
  const auto [here, there] = SocketPair();
  ASSERT_THAT(SendPacket(here.get(), "Romeo", {}), IsOk());
  ASSERT_THAT(SendPacket(here.get(), "Juliet", {}), IsOk());
  EXPECT_EQ(ReceivePacket(there.get())->message, "Romeo");
  EXPECT_EQ(ReceivePacket(there.get())->message, "Juliet");
}

TEST(Packet, BringsDescriptorsClosedOnExec) {
  const auto [here, there] = SocketPair();
  const std::vector<int> fds(kMaxFds, STDERR_FILENO);
  ASSERT_THAT(SendPacket(here.get(), "with all", fds), IsOk());
  const std::optional<Packet> packet = ReceivePacket(there.get());
  ASSERT_TRUE(packet.has_value());
  ASSERT_EQ(packet->fds.size(), kMaxFds);
  for (const wire::Fd& fd : packet->fds) EXPECT_EQ(fcntl(fd.get(), F_GETFD), FD_CLOEXEC);
}

TEST(Packet, RefusesWhatDoesNotFit) {
  const auto [here, there] = SocketPair();
  const auto too_large =
      StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr("too large"));
  EXPECT_THAT(SendPacket(here.get(), std::string(kMaxPacketBytes + 1, 'x'), {}), too_large);
  EXPECT_THAT(SendPacket(here.get(), "", std::vector<int>(kMaxFds + 1, 2)), too_large);
}

TEST(Packet, KnowsTheEndOfTheConversation) {
  auto [here, there] = SocketPair();
  here.Reset();
  EXPECT_FALSE(ReceivePacket(there.get()).has_value());
  EXPECT_THAT(SendPacket(there.get(), "late", {}),
              StatusIs(absl::StatusCode::kUnavailable, testing::HasSubstr("nobody")));
}

}  // namespace
}  // namespace balcony::fleet
