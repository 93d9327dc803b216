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
  EXPECT_THAT(places->at("romeo").data, testing::ElementsAre("10.10.0.0/24"));
  EXPECT_EQ(places->at("client[2]").ssh, "ssh -F config ubuntu@2001:db8::5");
  EXPECT_THAT(places->at("client[2]").data, testing::IsEmpty());
}

TEST(FleetFile, HasAgentsThatAreThereAndTheirTls) {
  const auto places = ParseFleetFile(R"(
tls: certs
hosts:
  romeo: {agent: "192.0.2.7:7000", data: [10.10.0.100, 10.10.1.0/24]}
  juliet:
    agent: docker exec -i juliet balcony-agent --stdio
    tls: {folder: /etc/others, token_file: token, name: paris}
  tybalt: {ssh: ssh verona, sudo: true}
)",
                                     "there/fleet.yaml");
  ASSERT_THAT(places, fleet::IsOk());
  const Place& romeo = places->at("romeo");
  EXPECT_EQ(romeo.agent, "192.0.2.7:7000");
  EXPECT_EQ(romeo.tls.folder, "there/certs");
  EXPECT_THAT(romeo.data, testing::ElementsAre("10.10.0.100", "10.10.1.0/24"));
  const Place& juliet = places->at("juliet");
  EXPECT_EQ(juliet.agent, "docker exec -i juliet balcony-agent --stdio");
  EXPECT_EQ(juliet.tls.folder, "/etc/others");
  EXPECT_EQ(juliet.tls.token_file, "there/token");
  EXPECT_EQ(juliet.tls.name, "paris");
  EXPECT_TRUE(places->at("tybalt").sudo);
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
      {"hosts:\n  romeo: {ssh: ssh a, agent: b}\n", "fleet.yaml:2: ssh and agent: one of them"},
      {"hosts:\n  romeo: {ssh: ssh a, tls: b}\n", "fleet.yaml:2: tls is for an agent"},
      {"hosts:\n  romeo: {agent: a, sudo: true}\n", "fleet.yaml:2: sudo is for an agent that ssh"},
      {"hosts:\n  romeo: {ssh: ssh a, sudo: perhaps}\n", "fleet.yaml:2: "},
      {"hosts:\n  romeo: {ssh: ssh a, data: 10.0.0.0/33}\n", "10.0.0.0/33 is neither"},
      {"tls: {name: a}\nhosts: {romeo: {agent: a}}\n", "fleet.yaml:1: tls has a folder"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(ParseFleetFile(text, "fleet.yaml"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << text;
  }
}

}  // namespace
}  // namespace balcony::hosts
