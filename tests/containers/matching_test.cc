#include "controller/containers/matching.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"
#include "tests/fleet/topologies.h"

namespace balcony::containers {
namespace {

using fleet::IsOk;
using fleet::StatusIs;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Container Of(const std::string& service, int number = 1, const std::string& host = "") {
  Container container;
  container.name = service + "_" + std::to_string(number);
  container.state = "running";
  container.service = service;
  container.number = number;
  container.host = host;
  return container;
}

script::Topology Clients(int count) {
  script::Topology topology;
  for (int i = 1; i <= count; ++i) {
    script::Host& host = topology.hosts.emplace_back();
    host.name = "client[" + std::to_string(i) + "]";
    host.base = "client";
    host.number = i;
  }
  return topology;
}

std::vector<std::string> Names(const absl::StatusOr<std::vector<Container>>& players) {
  std::vector<std::string> names;
  if (!players.ok()) return {std::string(players.status().message())};
  for (const Container& player : *players) names.push_back(player.name);
  return names;
}

TEST(MatchHosts, TakesServicesByTheirNames) {
  EXPECT_THAT(Names(MatchHosts(fleet::RomeoAndJuliet(), {Of("juliet"), Of("nurse"), Of("romeo")})),
              ElementsAre("romeo_1", "juliet_1"));
}

TEST(MatchHosts, TakesALabelBeforeAName) {
  EXPECT_THAT(Names(MatchHosts(fleet::RomeoAndJuliet(), {Of("a", 1, "juliet"), Of("romeo")})),
              ElementsAre("romeo_1", "a_1"));
  EXPECT_THAT(Names(MatchHosts(fleet::RomeoAndJuliet(), {Of("juliet", 1, "romeo"), Of("romeo")})),
              ElementsAre(HasSubstr("no container plays juliet")));
}

TEST(MatchHosts, CountsOverHolesInTheNumbers) {
  EXPECT_THAT(Names(MatchHosts(Clients(3), {Of("client", 10), Of("client", 4), Of("client", 1)})),
              ElementsAre("client_1", "client_4", "client_10"));
}

TEST(MatchHosts, TakesAnArraysHostsByTheirOwnNames) {
  EXPECT_THAT(Names(MatchHosts(Clients(2), {Of("x", 1, "client[2]"), Of("y", 1, "client[1]")})),
              ElementsAre("y_1", "x_1"));
}

TEST(MatchHosts, NamesTheHostThatNobodyPlays) {
  EXPECT_THAT(MatchHosts(fleet::RomeoAndJuliet(), {Of("romeo"), Of("mercutio")}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("juliet"), HasSubstr("mercutio, romeo"),
                             HasSubstr("balcony.host"))));
  EXPECT_THAT(
      MatchHosts(Clients(3), {Of("client", 1), Of("client", 5)}),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("client[3]"), HasSubstr("there are 2"), HasSubstr("client=3"))));
}

TEST(MatchHosts, WantsItsContainersToRun) {
  Container juliet = Of("juliet");
  for (const char* const state : {"exited", "paused", "restarting", "created"}) {
    juliet.state = state;
    EXPECT_THAT(MatchHosts(fleet::RomeoAndJuliet(), {Of("romeo"), juliet}),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         AllOf(HasSubstr("juliet_1"), HasSubstr(state))));
  }
}

}  // namespace
}  // namespace balcony::containers
