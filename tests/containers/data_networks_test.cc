#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "controller/fleet/parts.h"
#include "tests/fleet/fake_agent.h"
#include "tests/fleet/matchers.h"
#include "tests/fleet/topologies.h"

namespace balcony::containers {
namespace {

using testing::ElementsAre;

// A task on two overlays; Docker names them in no order that holds.
fleet::FleetHost Task(const std::string& name, const std::string& network,
                      const std::vector<std::string>& addresses) {
  v1::DescribeResponse description;
  description.set_network(network);
  for (const std::string& address : addresses) {
    v1::Interface* const interface = description.add_interfaces();
    interface->set_up(true);
    v1::InterfaceAddress* const its = interface->add_addresses();
    its->set_address(address);
    its->set_prefix_length(24);
  }
  return {name, {}, std::make_unique<fleet::FakeAgent>(description)};
}

TEST(DataNetworks, AreTheOnlyOnesThatPlay) {
  fleet::Fleet tasks;
  tasks.hosts.push_back(Task("romeo", "1", {"10.0.1.7", "10.0.2.8"}));
  tasks.hosts.push_back(Task("juliet", "2", {"10.0.2.9", "10.0.1.3"}));
  ASSERT_THAT(fleet::GiveParts(fleet::RomeoAndJuliet(), {false, {"10.0.2.0/24"}}, tasks),
              fleet::IsOk());
  EXPECT_THAT(tasks.hosts[0].addresses, ElementsAre("10.0.2.8"));
  EXPECT_THAT(tasks.hosts[1].addresses, ElementsAre("10.0.2.9"));
}

TEST(DataNetworks, AreAllWhereNoneIsNamed) {
  fleet::Fleet tasks;
  tasks.hosts.push_back(Task("romeo", "1", {"10.0.1.7"}));
  tasks.hosts.push_back(Task("juliet", "2", {"10.0.1.3"}));
  ASSERT_THAT(fleet::GiveParts(fleet::RomeoAndJuliet(), {}, tasks), fleet::IsOk());
  EXPECT_THAT(tasks.hosts[0].addresses, ElementsAre("10.0.1.7"));
}

TEST(DataNetworks, OthersDoNotPlayWhereTheyAreMissing) {
  fleet::Fleet tasks;
  tasks.hosts.push_back(Task("romeo", "1", {"10.0.1.7"}));
  tasks.hosts.push_back(Task("juliet", "2", {"10.0.2.9", "10.0.1.3"}));
  EXPECT_THAT(fleet::GiveParts(fleet::RomeoAndJuliet(), {false, {"10.0.2.0/24"}}, tasks),
              fleet::StatusIs(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("romeo")));
}

}  // namespace
}  // namespace balcony::containers
