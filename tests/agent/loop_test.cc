#include "agent/loop.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>

namespace balcony::agent {
namespace {

TEST(Loop, IsNotOkWithoutDescriptors) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  {
    const Clock clock;
    const Loop loop(clock);
    EXPECT_FALSE(loop.ok());
  }
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(Loop, TellsWhatItCannotWatch) {
  const Clock clock;
  Loop loop(clock);
  EXPECT_TRUE(loop.ok());
  EXPECT_EQ(loop.Watch(1, 1, -1, Direction::kIn), EBADF);
}

}  // namespace
}  // namespace balcony::agent
