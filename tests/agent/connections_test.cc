#include "agent/connections.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/agent/host.h"
#include "tests/agent/process.h"

namespace balcony::agent {
namespace {

// A client's end of a connection, and the agent's, said to be from `where`.
struct Visitor {
  explicit Visitor(const std::string& where) {
    auto ends = SocketPair();
    own = std::move(ends.first);
    arrival.connection = std::move(ends.second);
    if (!where.empty()) arrival.peer = *ParseAddress(where);
  }
  // Whether the agent has ended it.
  bool ended() const {
    pollfd end{own.get(), POLLRDHUP, 0};
    return poll(&end, 1, 0) == 1;
  }

  Fd own;
  Arrival arrival;
};

Limits With(uint32_t connections, uint32_t per_second = 100) {
  Limits limits;
  limits.control_connections = connections;
  limits.connections_per_second = per_second;
  limits.first_call = absl::Seconds(10);
  return limits;
}

const absl::Time kNow = absl::UnixEpoch();

TEST(Connections, OldestWithoutACallOfTheBusiestPlaceGivesWay) {
  Connections connections(With(4));
  const Visitor client("192.0.2.1:1");
  const Visitor waiting("192.0.2.2:1");
  const Visitor crowd[] = {Visitor("192.0.2.9:1"), Visitor("192.0.2.9:2"), Visitor("192.0.2.9:3")};
  EXPECT_TRUE(connections.Admit(client.arrival, kNow));
  connections.Used("ipv4:192.0.2.1:1");
  EXPECT_TRUE(connections.Admit(waiting.arrival, kNow));
  for (const Visitor& one : crowd) EXPECT_TRUE(connections.Admit(one.arrival, kNow));
  EXPECT_TRUE(crowd[0].ended());
  EXPECT_FALSE(client.ended() || waiting.ended() || crowd[1].ended() || crowd[2].ended());
}

TEST(Connections, OfPlacesWithAsManyWithoutACallTheOldestGivesWay) {
  Connections connections(With(4));
  const Visitor crowd[] = {Visitor("192.0.2.7:1"), Visitor("192.0.2.8:1"), Visitor("192.0.2.9:1")};
  const Visitor client("192.0.2.1:1");
  const Visitor late("192.0.2.6:1");
  for (const Visitor& one : crowd) EXPECT_TRUE(connections.Admit(one.arrival, kNow));
  EXPECT_TRUE(connections.Admit(client.arrival, kNow));
  EXPECT_TRUE(connections.Admit(late.arrival, kNow));
  EXPECT_TRUE(crowd[0].ended());
  EXPECT_FALSE(client.ended() || late.ended() || crowd[1].ended() || crowd[2].ended());
}

TEST(Connections, NoPlaceGetsMoreThanIsLeftToOthers) {
  Connections connections(With(4));
  const Visitor crowd[] = {Visitor("192.0.2.9:1"), Visitor("192.0.2.9:2"), Visitor("192.0.2.9:3")};
  for (const Visitor& one : crowd) {
    EXPECT_TRUE(connections.Admit(one.arrival, kNow));
    connections.Used(absl::StrCat("ipv4:192.0.2.9:", &one - crowd + 1));
  }
  const Visitor fourth("192.0.2.9:4");
  EXPECT_FALSE(connections.Admit(fourth.arrival, kNow));
  const Visitor other("192.0.2.1:1");
  EXPECT_TRUE(connections.Admit(other.arrival, kNow));
  for (const Visitor& one : crowd) EXPECT_FALSE(one.ended());
}

TEST(Connections, WhoHasMoreThanThoseWhoWouldGiveWayGetsNoMore) {
  Connections connections(With(4));
  const Visitor client[] = {Visitor("192.0.2.9:1"), Visitor("192.0.2.9:2")};
  for (const Visitor& one : client) {
    EXPECT_TRUE(connections.Admit(one.arrival, kNow));
    connections.Used(absl::StrCat("ipv4:192.0.2.9:", &one - client + 1));
  }
  const Visitor waiting[] = {Visitor("192.0.2.1:1"), Visitor("192.0.2.2:1")};
  for (const Visitor& one : waiting) EXPECT_TRUE(connections.Admit(one.arrival, kNow));
  const Visitor third("192.0.2.9:3");
  EXPECT_FALSE(connections.Admit(third.arrival, kNow));
  for (const Visitor& one : waiting) EXPECT_FALSE(one.ended());
}

TEST(Connections, OfClientsNoneGivesWay) {
  Connections connections(With(1));
  const Visitor client("[2001:db8::1]:7");
  EXPECT_TRUE(connections.Admit(client.arrival, kNow));
  connections.Used("ipv6:%5B2001:db8::1%5D:7");
  const Visitor late("192.0.2.1:1");
  EXPECT_FALSE(connections.Admit(late.arrival, kNow));
  EXPECT_FALSE(client.ended());
}

TEST(Connections, EndOfOneMakesRoom) {
  Connections connections(With(1));
  Visitor first("");
  const Visitor second("");
  EXPECT_TRUE(connections.Admit(first.arrival, kNow));
  EXPECT_FALSE(connections.Admit(second.arrival, kNow));
  first.own.Close();
  pollfd ended{connections.descriptor(), POLLIN, 0};
  ASSERT_EQ(poll(&ended, 1, 20'000), 1);
  connections.DropEnded();
  EXPECT_TRUE(connections.Admit(second.arrival, kNow));
  EXPECT_EQ(connections.Owners(), "uid " + std::to_string(getuid()));
}

TEST(Connections, WithoutACallForTooLongIsClosed) {
  Connections connections(With(9));
  const Visitor silent("192.0.2.1:1");
  const Visitor mapped("[::ffff:192.0.2.1]:2");
  const Visitor by_path("");
  EXPECT_EQ(connections.DropSilent(kNow), absl::InfiniteDuration());
  for (const Visitor* one : {&silent, &mapped, &by_path}) {
    EXPECT_TRUE(connections.Admit(one->arrival, kNow));
  }
  connections.Used("ipv4:192.0.2.1:2");
  EXPECT_EQ(connections.DropSilent(kNow + absl::Seconds(4)), absl::Seconds(6));
  EXPECT_EQ(connections.DropSilent(kNow + absl::Seconds(10)), absl::InfiniteDuration());
  EXPECT_TRUE(silent.ended());
  EXPECT_FALSE(mapped.ended() || by_path.ended());
}

TEST(Connections, OnlyThoseFromOtherHostsAreHeldToARate) {
  Connections connections(With(99, 2));
  for (const bool allowed : {true, true, false}) {
    EXPECT_EQ(connections.Admit(Visitor("192.0.2.1:1").arrival, kNow), allowed);
  }
  for (int i = 0; i < 9; ++i) {
    EXPECT_TRUE(connections.Admit(Visitor("127.0.0.1:1").arrival, kNow));
  }
}

}  // namespace
}  // namespace balcony::agent
