#include "controller/containers/stack_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controller/containers/tasks.h"

namespace balcony::containers {
namespace {

using testing::HasSubstr;
using testing::Not;

script::Host Host(const std::string& base, int number, const std::vector<int>& lans = {0}) {
  script::Host host{
      number == 0 ? base : absl::StrCat(base, "[", number, "]"), base, number, {}, {}};
  for (const int lan : lans) host.addresses.push_back({"10.0.0.1", 24, lan});
  return host;
}

script::Topology ServerAndClients(int clients) {
  script::Topology topology;
  topology.hosts.push_back(Host("server", 0));
  for (int i = 1; i <= clients; ++i) topology.hosts.push_back(Host("client", i));
  return topology;
}

TEST(TaskOf, NamesServiceAndSlot) {
  EXPECT_EQ(TaskOf(Host("client", 7)).service, "client");
  EXPECT_EQ(TaskOf(Host("client", 7)).slot, 7);
  EXPECT_EQ(TaskOf(Host("juliet", 0)).service, "juliet");
  EXPECT_EQ(TaskOf(Host("juliet", 0)).slot, 1);
}

TEST(TaskOf, GivesHostsWithSysctlsAServiceOfTheirOwn) {
  script::Host host = Host("juliet", 0);
  host.sysctls = {{"net.ipv4.tcp_ecn", 1}};
  script::Host other = host;
  other.sysctls[0].value = 0;
  EXPECT_THAT(TaskOf(host).service, testing::MatchesRegex("juliet-set-[0-9a-f]{6}"));
  EXPECT_EQ(TaskOf(host).service, TaskOf(host).service);
  EXPECT_NE(TaskOf(host).service, TaskOf(other).service);
}

TEST(StackFile, SetsSysctlsForTheHostsThatHaveThem) {
  script::Topology plain;
  plain.hosts.push_back(Host("juliet", 0));
  script::Topology set = plain;
  set.hosts[0].sysctls = {{"net.ipv4.tcp_ecn", 1}};
  const std::string text = StackFile({&plain, &set});
  EXPECT_THAT(text, HasSubstr("  juliet:\n"));
  EXPECT_THAT(text, HasSubstr(", net.ipv4.tcp_ecn: \"1\"}\n"));
  EXPECT_THAT(text, HasSubstr("  " + TaskOf(set.hosts[0]).service + ":\n"));
}

TEST(StackFile, HasAServiceForEachNameAndATaskForEachHost) {
  const script::Topology topology = ServerAndClients(3);
  const std::string text = StackFile({&topology});
  EXPECT_THAT(text, HasSubstr("  server:\n    <<: *agent\n    hostname: \"server-{{.Task.Slot}}\"\n"
                              "    networks: [lan-1, control]\n"
                              "    deploy: {replicas: 1, endpoint_mode: dnsrr}\n"));
  EXPECT_THAT(text, HasSubstr("  client:\n"));
  EXPECT_THAT(text, HasSubstr("replicas: 3,"));
  EXPECT_THAT(text, HasSubstr("  lan-1: {driver: overlay, internal: true}\n"));
  EXPECT_THAT(text, HasSubstr("  control: {driver: overlay, internal: true, attachable: true}\n"));
}

TEST(StackFile, TakesTheMostTasksOfSeveralExperiments) {
  const script::Topology few = ServerAndClients(2);
  const script::Topology many = ServerAndClients(5);
  const std::string text = StackFile({&few, &many, &few});
  EXPECT_THAT(text, HasSubstr("replicas: 5,"));
  EXPECT_THAT(text, Not(HasSubstr("replicas: 2,")));
}

TEST(StackFile, JoinsAHostToEachOfItsLans) {
  script::Topology topology;
  topology.hosts.push_back(Host("romeo", 0, {0, 1}));
  const std::string text = StackFile({&topology});
  EXPECT_THAT(text, HasSubstr("networks: [lan-1, lan-2, control]"));
  EXPECT_THAT(text, HasSubstr("  lan-2: {driver: overlay, internal: true}\n"));
}

TEST(StackFile, GivesManyTasksRoomInTheirBlock) {
  const script::Topology topology = ServerAndClients(200);
  const std::string text = StackFile({&topology}, 140);
  EXPECT_THAT(text, HasSubstr("lan-1: {driver: overlay, internal: true,"
                              " ipam: {config: [{subnet: \"10.140.16.0/20\"}]}}"));
  EXPECT_THAT(text, HasSubstr("attachable: true, ipam: {config: [{subnet: \"10.140.0.0/20\"}]}}"));
}

TEST(StackFile, GoesOnInTheNextBlock) {
  script::Topology topology = ServerAndClients(200);
  for (int lan = 1; lan < 17; ++lan) topology.hosts[0].addresses.push_back({"10.0.0.1", 24, lan});
  const std::string text = StackFile({&topology}, 140);
  EXPECT_THAT(text, HasSubstr("\"10.140.240.0/20\""));
  EXPECT_THAT(text, HasSubstr("\"10.141.0.0/20\""));
  EXPECT_THAT(text, HasSubstr("\"10.141.16.0/20\""));
}

TEST(FreeBlock, IsTheFirstWhereNothingIsInTheWay) {
  EXPECT_EQ(FreeBlock({}, 150), 150);
  EXPECT_EQ(FreeBlock({"172.17.0.0/16", "10.0.1.0/24", "fd00::/64", "nonsense"}, 150), 150);
}

TEST(FreeBlock, PassesOverThoseThatAreTaken) {
  EXPECT_EQ(FreeBlock({"10.150.16.0/20"}, 150), 151);
  EXPECT_EQ(FreeBlock({"10.150.255.0/24", "10.151.0.0/16"}, 150), 152);
  EXPECT_EQ(FreeBlock({"10.148.0.0/14"}, 149), 152);
}

TEST(FreeBlock, LeavesRoomForOneThatGoesOn) { EXPECT_EQ(FreeBlock({"10.151.0.0/20"}, 150), 152); }

TEST(FreeBlock, GoesAround) {
  const int last = kFirstBlock + kBlocks - 1;
  EXPECT_EQ(FreeBlock({absl::StrCat("10.", last, ".0.0/20")}, last), kFirstBlock);
}

TEST(FreeBlock, IsTheFirstWhereNoneIsFree) { EXPECT_EQ(FreeBlock({"10.0.0.0/8"}, 150), 150); }

}  // namespace
}  // namespace balcony::containers
