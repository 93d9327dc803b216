#include "controller/fleet/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"

namespace balcony::fleet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr uint64_t kUsualRoom = 1024;

TEST(Limits, LeaveRoomForALectureHall) { EXPECT_THAT(CheckRoom(200, 800), IsOk()); }

TEST(Limits, OfAMachineAreNamedWithWhatIsNeeded) {
  EXPECT_THAT(CheckRoom(100'000'000, 3),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("100000000 agents need at least 1000000012 threads, and ")));
  EXPECT_THAT(CheckRoom(2, 1'000'000'000),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       AllOf(HasSubstr("1000000016 open files"), HasSubstr("raise ulimit -n"))));
}

TEST(Limits, OfNeighboursAreToldWhereHostsMayOverflowThem) {
  EXPECT_EQ(NoticeOfNeighbours("ipv4", 511, kUsualRoom), "");
  EXPECT_THAT(NoticeOfNeighbours("ipv4", 513, kUsualRoom),
              AllOf(HasSubstr("remembers 1024 ipv4 neighbours of all 513 hosts together"),
                    HasSubstr("sysctl -w net.ipv4.neigh.default.gc_thresh3=")));
}

}  // namespace
}  // namespace balcony::fleet
