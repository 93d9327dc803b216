#include "controller/script/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace balcony::script {
namespace {

std::string After(const std::string& address, uint64_t count) {
  const auto after = AddressAfter(*AddressBytes(address), count);
  return after ? AddressText(*after) : "none";
}

TEST(Address, IsReadAndWrittenInItsCanonicalForm) {
  EXPECT_EQ(AddressText(*AddressBytes("fd00:0:0::1")), "fd00::1");
  EXPECT_EQ(AddressText(*AddressBytes("fe80::1%eth0")), "fe80::1");
  EXPECT_EQ(AddressText(*AddressBytes("10.10.0.1")), "10.10.0.1");
  EXPECT_FALSE(AddressBytes("10.10.0").has_value());
  EXPECT_FALSE(AddressBytes("10.10.0.256").has_value());
}

TEST(Address, AfterCarries) {
  EXPECT_EQ(After("10.10.0.255", 1), "10.10.1.0");
  EXPECT_EQ(After("10.10.0.1", 1000), "10.10.3.233");
  EXPECT_EQ(After("fd00::ffff", 1), "fd00::1:0");
  EXPECT_EQ(After("255.255.255.255", 1), "none");
}

TEST(Address, NetworkAndBroadcastAreThePrefixesEnds) {
  EXPECT_EQ(AddressText(NetworkOf(*AddressBytes("10.10.37.5"), 20)), "10.10.32.0");
  EXPECT_EQ(AddressText(BroadcastOf(*AddressBytes("10.10.37.5"), 20)), "10.10.47.255");
  EXPECT_EQ(AddressText(NetworkOf(*AddressBytes("fd00::5"), 64)), "fd00::");
}

}  // namespace
}  // namespace balcony::script
