#include "agent/outcome.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace balcony::agent {
namespace {

TEST(Outcome, NamesAreThoseOfErrno) {
  EXPECT_EQ(ErrnoName(ECONNREFUSED), "ECONNREFUSED");
  EXPECT_EQ(ErrnoName(EAGAIN), "EAGAIN");
  EXPECT_EQ(ErrnoName(EOPNOTSUPP), "EOPNOTSUPP");
  EXPECT_EQ(ErrnoName(99999), "E99999");
}

TEST(Outcome, TimestampsAreExact) {
  google::protobuf::Timestamp timestamp;
  SetTimestamp(absl::FromUnixNanos(1'700'000'000'123'456'789), &timestamp);
  EXPECT_EQ(timestamp.seconds(), 1'700'000'000);
  EXPECT_EQ(timestamp.nanos(), 123'456'789);
}

}  // namespace
}  // namespace balcony::agent
