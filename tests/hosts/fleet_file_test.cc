#include "controller/hosts/fleet_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"

namespace balcony::hosts {
namespace {

using fleet::StatusIs;
using testing::HasSubstr;

TEST(FleetFile, SaysHowEachHostIsReached) {
  const auto places = ParseFleetFile(R"(# two
hosts:
  romeo: {ssh: ssh -p 25610 alice@pc1.example.org, data: 10.10.0.0/24}
  client[2]:
    ssh: ssh -F config ubuntu@2001:db8::5
)",
                                     "fleet.yaml");
  ASSERT_THAT(places, fleet::IsOk());
  ASSERT_EQ(places->size(), 2U);
  EXPECT_EQ(places->at("romeo").ssh, "ssh -p 25610 alice@pc1.example.org");
  EXPECT_EQ(places->at("romeo").data, "10.10.0.0/24");
  EXPECT_EQ(places->at("client[2]").ssh, "ssh -F config ubuntu@2001:db8::5");
  EXPECT_EQ(places->at("client[2]").data, "");
}

TEST(FleetFile, IsRefusedWithThePlaceAndTheReason) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "fleet.yaml:1: a fleet file is a mapping with hosts"},
      {"- a\n", "fleet.yaml:1: a fleet file is a mapping"},
      {"host: {}\n", "fleet.yaml:1: a fleet file has no host; did you mean hosts?"},
      {"hosts: {}\n", "it has no hosts"},
      {"hosts:\n  romeo: x\n", "fleet.yaml:2: a host is a mapping"},
      {"hosts:\n  romeo:\n    ssl: x\n", "fleet.yaml:3: a host has no ssl; did you mean ssh?"},
      {"hosts:\n  romeo: {data: 10.0.0.1}\n", "fleet.yaml:2: it does not say how"},
      {"hosts:\n  romeo: {ssh: ssh a, data: here}\n", "here is neither an address nor a network"},
      {"hosts:\n  romeo: {ssh: ssh a}\n  romeo: {ssh: ssh b}\n",
       "fleet.yaml:3: romeo is there twice"},
      {"hosts:\n  romeo: {ssh: [a]}\n", "fleet.yaml:2: "},
      {"hosts: {romeo: {ssh: 'ssh a}\n", "fleet.yaml:"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(ParseFleetFile(text, "fleet.yaml"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << text;
  }
}

}  // namespace
}  // namespace balcony::hosts
