#include "agent/connection_rate.h"

#include <gtest/gtest.h>

#include "agent/listener.h"

namespace balcony::agent {
namespace {

TEST(ConnectionRate, OfOnePlaceIsHeldAndOthersGoOn) {
  ConnectionRate rate(3);
  absl::Time now = absl::UnixEpoch();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rate.Allows("a", now));
  EXPECT_FALSE(rate.Allows("a", now));
  EXPECT_TRUE(rate.Allows("b", now));
  now += absl::Milliseconds(350);
  EXPECT_TRUE(rate.Allows("a", now));
  EXPECT_FALSE(rate.Allows("a", now));
  now += absl::Seconds(9);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rate.Allows("a", now));
  EXPECT_FALSE(rate.Allows("a", now));
}

TEST(ConnectionRate, PlaceIsAnAddressOrASixtyFourOfIpv6) {
  const auto place = [](const char* where) { return PlaceOf(*ParseAddress(where)); };
  EXPECT_EQ(place("192.0.2.1:5"), place("192.0.2.1:6"));
  EXPECT_NE(place("192.0.2.1:5"), place("192.0.2.2:5"));
  EXPECT_EQ(place("192.0.2.1:5"), place("[::ffff:192.0.2.1]:5"));
  EXPECT_EQ(place("[2001:db8::1]:5"), place("[2001:db8::2:3]:5"));
  EXPECT_NE(place("[2001:db8::1]:5"), place("[2001:db8:0:1::1]:5"));
}

}  // namespace
}  // namespace balcony::agent
