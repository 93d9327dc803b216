#include "agent/endpoint.h"

#include <gtest/gtest.h>

namespace balcony::agent {
namespace {

v1::Endpoint ToEndpoint(const std::string& address, uint32_t port) {
  v1::Endpoint endpoint;
  endpoint.set_address(address);
  endpoint.set_port(port);
  return endpoint;
}

TEST(Endpoint, PrintsWhatItParsed) {
  for (const char* text : {"10.10.0.101", "0.0.0.0", "::", "2001:db8::1", "fe80::1%lo"}) {
    const auto address = ParseEndpoint("address", ToEndpoint(text, 65535));
    ASSERT_TRUE(address.ok()) << address.status();
    v1::Endpoint printed;
    PrintEndpoint(*address, &printed);
    EXPECT_EQ(printed.address(), text);
    EXPECT_EQ(printed.port(), 65535u);
  }
}

TEST(Endpoint, RefusesNames) {
  for (const char* text :
       {"", "juliet", "localhost", "1.2.3", "1.2.3.4.5", "[::1]", "10.0.0.1%lo"}) {
    EXPECT_FALSE(ParseEndpoint("address", ToEndpoint(text, 1)).ok()) << text;
  }
}

TEST(Endpoint, OrderIsByFamilyThenAddressThenPort) {
  const auto parse = [](const char* text, uint32_t port) {
    return *ParseEndpoint("address", ToEndpoint(text, port));
  };
  EXPECT_LT(parse("9.0.0.1", 2), parse("10.0.0.1", 1));
  EXPECT_LT(parse("10.0.0.1", 255), parse("10.0.0.1", 256));
  EXPECT_LT(parse("10.0.0.1", 2), parse("::1", 1));
  EXPECT_EQ(parse("::1", 1), parse("0::1", 1));
}

}  // namespace
}  // namespace balcony::agent
