// Mirrors controller/fleet/needs.cc: each need, where it holds, and why it does not.
#include "controller/fleet/needs.h"

#include <gtest/gtest.h>

#include <functional>

#include "controller/script/parser.h"

namespace balcony::fleet {
namespace {

script::Topology TopologyWith(const std::string& need) {
  std::vector<script::Diagnostic> diagnostics;
  const script::Script script = script::Parse(
      "test.balcony",
      "host romeo 10.10.0.100/24 fd00::100/64\nneeds " + need + "\nromeo> sock = socket(udp)\n",
      diagnostics);
  return script::BuildTopology(script, {}, diagnostics);
}

void AddInterface(v1::DescribeResponse& host, const std::string& name, uint32_t mtu,
                  const std::vector<std::string>& addresses) {
  v1::Interface& interface = *host.add_interfaces();
  interface.set_name(name);
  interface.set_up(true);
  interface.set_mtu(mtu);
  interface.set_broadcast(name != "lo");
  interface.set_multicast(name != "lo");
  for (const std::string& address : addresses) interface.add_addresses()->set_address(address);
}

// A host on which every need holds.
v1::DescribeResponse Romeo() {
  v1::DescribeResponse romeo;
  romeo.mutable_kernel()->set_release("5.10.0-21-amd64");
  AddInterface(romeo, "lo", 65536, {"127.0.0.1", "::1"});
  AddInterface(romeo, "eth0", 1500, {"10.10.0.100", "fd00::100"});
  romeo.add_capabilities("CAP_NET_RAW");
  romeo.set_unprivileged_port_start(1024);
  romeo.mutable_default_routes();
  romeo.set_ipv6(true);
  romeo.set_ipv6_loopback(true);
  return romeo;
}

const std::vector<std::vector<std::string>> kOwn = {{"10.10.0.100", "fd00::100"}};

std::string Why(const std::string& need, const v1::DescribeResponse& romeo, bool wire = true) {
  return WhyNotHere(TopologyWith(need), {wire, false, absl::MakeConstSpan(&romeo, 1), kOwn});
}

TEST(Needs, HoldWhereEverythingIsThere) {
  for (const script::NeedRow& row : script::NeedRows()) {
    const std::string argument = row.argument == script::NeedArgument::kNone    ? ""
                                 : row.argument == script::NeedArgument::kBytes ? " 1500"
                                                                                : " 5.10";
    EXPECT_EQ(Why(std::string(row.name) + argument, Romeo()), "") << row.name;
  }
}

struct NeedCase {
  std::string need;
  std::function<void(v1::DescribeResponse&)> change;
  std::string why;
};

class UnmetNeeds : public testing::TestWithParam<NeedCase> {};

TEST_P(UnmetNeeds, SayWhereAndWhy) {
  v1::DescribeResponse romeo = Romeo();
  GetParam().change(romeo);
  EXPECT_EQ(Why(GetParam().need, romeo), "needs " + GetParam().need + ", and " + GetParam().why);
}

const NeedCase kCases[] = {
    {"mtu 1499", [](auto&) {}, "that of romeo's eth0 is 1500"},
    {"mtu 1500", [](auto& romeo) { romeo.mutable_interfaces(1)->set_mtu(1499); },
     "that of romeo's eth0 is 1499"},
    {"mtu 1500", [](auto& romeo) { romeo.clear_interfaces(); }, "the agent of romeo does not tell"},
    {"broadcast", [](auto& romeo) { romeo.mutable_interfaces(1)->set_broadcast(false); },
     "romeo's eth0 carries none"},
    {"broadcast", [](auto& romeo) { romeo.mutable_interfaces(1)->clear_broadcast(); },
     "the agent of romeo does not tell"},
    {"multicast", [](auto& romeo) { romeo.mutable_interfaces(1)->set_multicast(false); },
     "romeo's eth0 carries none"},
    {"multicast", [](auto& romeo) { romeo.mutable_interfaces(1)->clear_multicast(); },
     "the agent of romeo does not tell"},
    {"no-default-route",
     [](auto& romeo) { romeo.mutable_default_routes()->mutable_ipv4()->set_interface("eth0"); },
     "romeo has one by eth0"},
    {"no-default-route",
     [](auto& romeo) { romeo.mutable_default_routes()->mutable_ipv6()->set_interface("eth1"); },
     "romeo has one of IPv6 by eth1"},
    {"no-default-route", [](auto& romeo) { romeo.clear_default_routes(); },
     "the agent of romeo does not tell"},
    {"raw", [](auto& romeo) { romeo.clear_capabilities(); },
     "the agent of romeo has no CAP_NET_RAW"},
    {"ipv6", [](auto& romeo) { romeo.set_ipv6(false); }, "romeo has none"},
    {"ipv6", [](auto& romeo) { romeo.clear_ipv6(); }, "the agent of romeo does not tell"},
    {"ipv6",
     [](auto& romeo) { romeo.mutable_interfaces(1)->mutable_addresses(1)->set_address("fe80::1"); },
     "romeo has no IPv6 address beyond loopback"},
    {"ipv6-loopback", [](auto& romeo) { romeo.set_ipv6_loopback(false); }, "romeo has no ::1"},
    {"ipv6-loopback", [](auto& romeo) { romeo.clear_ipv6_loopback(); },
     "the agent of romeo does not tell"},
    {"kernel 5.11", [](auto&) {}, "romeo's is 5.10.0-21-amd64"},
    {"kernel 6", [](auto&) {}, "romeo's is 5.10.0-21-amd64"},
    {"kernel 5.9", [](auto& romeo) { romeo.mutable_kernel()->set_release("4.19.0"); },
     "romeo's is 4.19.0"},
    {"kernel 5.9", [](auto& romeo) { romeo.clear_kernel(); }, "the agent of romeo does not tell"},
    {"privileged-ports", [](auto& romeo) { romeo.set_unprivileged_port_start(0); },
     "on romeo anybody binds ports from 0 on"},
    {"privileged-ports", [](auto& romeo) { romeo.clear_unprivileged_port_start(); },
     "the agent of romeo does not tell"},
    {"privileged-ports", [](auto& romeo) { romeo.add_capabilities("CAP_NET_BIND_SERVICE"); },
     "the agent of romeo has CAP_NET_BIND_SERVICE"},
};
INSTANTIATE_TEST_SUITE_P(, UnmetNeeds, testing::ValuesIn(kCases));

TEST(Needs, OfIpv6HoldWithTheDeclaredAddressOfALink) {
  std::vector<script::Diagnostic> diagnostics;
  const script::Script script =
      script::Parse("test.balcony", "host romeo fe80::100/64\nneeds ipv6\n", diagnostics);
  const script::Topology topology = script::BuildTopology(script, {}, diagnostics);
  v1::DescribeResponse romeo = Romeo();
  romeo.mutable_interfaces(1)->mutable_addresses(1)->set_address("fe80::100%eth0");
  EXPECT_EQ(WhyNotHere(topology, {true, false, absl::MakeConstSpan(&romeo, 1), {}}), "");
  romeo.mutable_interfaces(1)->mutable_addresses(1)->set_address("fe80::1%eth0");
  EXPECT_EQ(WhyNotHere(topology, {true, false, absl::MakeConstSpan(&romeo, 1), {}}),
            "needs ipv6, and romeo has no IPv6 address beyond loopback");
}

TEST(Needs, FindTheInterfaceOfAnAddressOfALink) {
  v1::DescribeResponse romeo = Romeo();
  romeo.mutable_interfaces(1)->mutable_addresses(1)->set_address("fe80::100%eth0");
  const std::vector<std::vector<std::string>> own = {{"fe80::100"}};
  const Grounds grounds = {true, false, absl::MakeConstSpan(&romeo, 1), own};
  EXPECT_EQ(WhyNotHere(TopologyWith("mtu 1500"), grounds), "");
}

TEST(Needs, OfAWireAreTheFleets) {
  EXPECT_EQ(Why("wire", Romeo(), false), "needs wire, and given agents have none");
  EXPECT_EQ(WhyNotHere(TopologyWith("wire"), {.wire = false, .shared = true}),
            "needs wire, and hosts on loopback addresses have none");
}

TEST(Needs, OfHostsThatAreNotAskedYetAreLeftForThen) {
  for (const char* need : {"raw", "mtu 9000", "no-default-route", "kernel 99"})
    EXPECT_EQ(WhyNotHere(TopologyWith(need), {.wire = false, .shared = true}), "");
  EXPECT_EQ(WhyNotHere(TopologyWith("ipv6"), {.wire = false, .shared = true}),
            "needs ipv6, and hosts on loopback addresses have IPv4 alone");
}

TEST(Needs, OnLoopbackAddressesAreThoseOfLo) {
  const v1::DescribeResponse romeo = Romeo();
  const std::vector<std::vector<std::string>> played = {{"127.5.6.7"}};
  const Grounds grounds = {false, true, absl::MakeConstSpan(&romeo, 1), played};
  EXPECT_EQ(WhyNotHere(TopologyWith("mtu 65536"), grounds), "");
  EXPECT_EQ(WhyNotHere(TopologyWith("broadcast"), grounds),
            "needs broadcast, and romeo's lo carries none");
}

}  // namespace
}  // namespace balcony::fleet
