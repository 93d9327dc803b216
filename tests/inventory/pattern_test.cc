#include "controller/inventory/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"

namespace balcony::inventory {
namespace {

using testing::ElementsAreArray;

TEST(Pattern, StandsForHosts) {
  const struct {
    std::string pattern;
    std::vector<std::string> hosts;
    std::string port;
  } cases[] = {
      {"a", {"a"}, ""},
      {"a.example.net:22", {"a.example.net"}, "22"},
      {"h[01:03].net", {"h01.net", "h02.net", "h03.net"}, ""},
      {"h[8:11:3]", {"h8", "h11"}, ""},
      {"h[:2]:2222", {"h0", "h1", "h2"}, "2222"},
      {"[a:c]x", {"ax", "bx", "cx"}, ""},
      {"[a:c:2][1:2]", {"a1", "a2", "c1", "c2"}, ""},
      {"2001:db8::1", {"2001:db8::1"}, ""},
      {"[2001:db8::1]:22", {"2001:db8::1"}, "22"},
      {"[2001:db8::1]", {"2001:db8::1"}, ""},
      {"a[1", {"a[1"}, ""},
  };
  for (const auto& [pattern, hosts, port] : cases) {
    const auto expanded = Expand(pattern, 10);
    ASSERT_THAT(expanded, fleet::IsOk()) << pattern;
    EXPECT_THAT(expanded->hosts, ElementsAreArray(hosts)) << pattern;
    EXPECT_EQ(expanded->port, port) << pattern;
  }
}

TEST(Pattern, IsRefusedWithTheReason) {
  const std::pair<std::string, std::string> cases[] = {
      {"h[1:11]", "the range [1:11] makes over 10 hosts"},
      {"h[1:5][1:5]", "makes over 10 hosts"},
      {"h[3:1]", "ends before it begins"},
      {"h[1]", "is not FROM:TO or FROM:TO:STEP"},
      {"h[a:3]", "is of neither numbers nor letters"},
      {"h[01:3]", "has ends of two lengths"},
      {"h[1:3:0]", "has no such step"},
      {"h[1:]", "is of neither numbers nor letters"},
      {"h[0:99999999999999999999]", "has too large a number"},
      {std::string(256, 'h'), "a name is too long"},
      {"[1:1][1:1][1:1][1:1][1:1][1:1][1:1][1:1][1:1]", "it has too many ranges"},
  };
  for (const auto& [pattern, why] : cases) {
    EXPECT_THAT(Expand(pattern, 10),
                fleet::StatusIs(absl::StatusCode::kInvalidArgument, testing::HasSubstr(why)));
  }
}

}  // namespace
}  // namespace balcony::inventory
