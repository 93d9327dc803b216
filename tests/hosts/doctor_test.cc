#include "controller/hosts/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "google/protobuf/util/time_util.h"
#include "tests/fleet/fake_agent.h"

namespace balcony::hosts {
namespace {

using google::protobuf::util::TimeUtil;
using testing::HasSubstr;
using testing::SizeIs;

// A host with one network, whose clock is so far ahead.
fleet::FakeAgent HostAhead(absl::Duration ahead, v1::DescribeResponse description) {
  v1::Interface& interface = *description.add_interfaces();
  interface.set_name("eth1");
  interface.set_up(true);
  interface.set_mtu(1500);
  v1::InterfaceAddress& own = *interface.add_addresses();
  own.set_address("10.10.0.101");
  own.set_prefix_length(24);
  return fleet::FakeAgent(std::move(description), [ahead](const v1::Call& call) {
    v1::Done done;
    if (call.has_sockets()) {
      done.mutable_sockets()->mutable_outcome()->mutable_ok();
    } else {
      v1::Outcome& outcome = *done.mutable_barrier()->mutable_outcome();
      *outcome.mutable_started() =
          TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(absl::Now() + ahead));
      *outcome.mutable_ended() = outcome.started();
    }
    return done;
  });
}

v1::DescribeResponse OfVersion(const std::string& version) {
  v1::DescribeResponse description;
  description.set_version(version);
  return description;
}

std::vector<Finding> Examine(fleet::AgentLink& agent) {
  return Doctor({{"juliet", &agent}}, {}, {}).Examine();
}

TEST(Doctor, FindsNothingWhereThereIsNothing) {
  fleet::FakeAgent agent = HostAhead(absl::ZeroDuration(), OfVersion(BALCONY_VERSION));
  EXPECT_THAT(Examine(agent), SizeIs(0));
}

TEST(Doctor, FindsAClockThatIsAdrift) {
  for (const auto& [ahead, what] :
       {std::pair(absl::Seconds(90), "ahead of"), {-absl::Seconds(90), "behind"}}) {
    fleet::FakeAgent agent = HostAhead(ahead, OfVersion(BALCONY_VERSION));
    const std::vector<Finding> findings = Examine(agent);
    ASSERT_THAT(findings, SizeIs(1));
    EXPECT_THAT(findings.front().what, HasSubstr(what));
    EXPECT_THAT(findings.front().remedy, HasSubstr("timedatectl"));
    EXPECT_TRUE(findings.front().fault);
  }
}

TEST(Doctor, FindsAnAgentOfAnotherVersion) {
  fleet::FakeAgent agent = HostAhead(absl::ZeroDuration(), OfVersion("0.0.1"));
  const std::vector<Finding> findings = Examine(agent);
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings.front().what, HasSubstr("its agent is balcony-agent 0.0.1, and this is"));
}

TEST(Doctor, FindsAnInterfaceThatIsDownAndTellsOfOffloads) {
  v1::DescribeResponse description = OfVersion(BALCONY_VERSION);
  v1::Interface& interface = *description.add_interfaces();
  interface.set_name("eth2");
  interface.add_offloads("tso");
  interface.add_addresses()->set_address("10.20.0.101");
  fleet::FakeAgent agent = HostAhead(absl::ZeroDuration(), description);
  const std::vector<Finding> findings = Examine(agent);
  ASSERT_THAT(findings, SizeIs(2));
  EXPECT_THAT(findings[0].what, HasSubstr("eth2 is down"));
  EXPECT_TRUE(findings[0].fault);
  EXPECT_THAT(findings[1].what, HasSubstr("offloads are on at eth2 (tso)"));
  EXPECT_FALSE(findings[1].fault);
}

}  // namespace
}  // namespace balcony::hosts
