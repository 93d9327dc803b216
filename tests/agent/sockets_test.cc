#include "agent/sockets.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/agent/host.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

TEST(Sockets, TheLastTenThousandClosedOnesAreKnown) {
  Host host;
  host.Tcp("again");
  host.Do("close { socket: 'again' }");
  host.Tcp("again");
  for (int i = 0; i < 10'000; ++i) {
    host.Tcp(std::to_string(i));
    host.Do("close { socket: '$0' }", i);
  }
  EXPECT_EQ(host.State("0"), v1::STATE_CLOSED);
  EXPECT_THAT(host.Do("state { socket: '0' }"), Succeeds());
  host.Tcp("last");
  host.Do("close { socket: 'last' }");
  EXPECT_THAT(host.Do("state { socket: '0' }"), Refuses(v1::REFUSAL_CODE_NOT_FOUND, "socket"));
  EXPECT_THAT(host.Do("state { socket: '1' }"), Succeeds());
  // Only its first socket was closed.
  EXPECT_THAT(host.Do("bind { socket: 'again' address { address: '127.0.0.1' } }"), Succeeds());
}

}  // namespace
}  // namespace balcony::agent
