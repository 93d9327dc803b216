// Hosts without an agent: what may be said of them, and what may not.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

const std::string kWeb = "host romeo 10.10.0.100/24\nhost web external 192.0.2.9\n";

TEST(External, IsNamedLikeAnyOther) {
  EXPECT_THAT(Found(kWeb + "romeo> sock = socket(tcp)\n"
                           "romeo> sock.connect(web:80)\n"
                           "romeo> sock.getpeername() => web:80\n"
                           "romeo> again = socket(tcp)\n"
                           "romeo> again.connect(192.0.2.9:80)\n"),
              testing::IsEmpty());
}

TEST(External, MakesNoLanAndNoHostWithAnAgent) {
  std::vector<Diagnostic> diagnostics;
  const Script script =
      Parse("test.balcony", "host web external 192.0.2.9 [fd00::0:9]\nhost romeo\n", diagnostics);
  const Topology topology = BuildTopology(script, {}, diagnostics);
  EXPECT_THAT(diagnostics, testing::IsEmpty());
  ASSERT_EQ(topology.hosts.size(), 1U);
  ASSERT_EQ(topology.lans.size(), 1U);
  EXPECT_EQ(topology.lans[0].prefix, "10.0.0.0/24");
  ASSERT_NE(FindExternal(topology, "web"), nullptr);
  EXPECT_THAT(FindExternal(topology, "web")->addresses,
              testing::ElementsAre("192.0.2.9", "fd00::9"));
  EXPECT_EQ(FindExternal(topology, "romeo"), nullptr);
}

TEST(External, AddressIsLeftOutOfThoseThatAreGiven) {
  std::vector<Diagnostic> diagnostics;
  const Script script =
      Parse("test.balcony", "host romeo\nhost web external 10.0.0.1\n", diagnostics);
  const Topology topology = BuildTopology(script, {}, diagnostics);
  EXPECT_EQ(topology.hosts[0].addresses[0].address, "10.0.0.2");
}

TEST(External, DoesNoSteps) {
  ExpectFound(kWeb,
              {
                  {"web> sock = socket(tcp)",
                   "3:1: web is external and has no agent; a step needs a host with one"},
                  {"web> {\n    sock = socket(tcp)\n}",
                   "3:1: web is external and has no agent; a step needs a host with one"},
                  {"while web> sock.recv(1) {\n    romeo> n = len(\"x\")\n}",
                   "3:7: web is external and has no agent; a step needs a host with one"},
                  {"sysctl web net.ipv4.tcp_ecn = 1",
                   "3:8: web is external and has no agent; sysctl needs a host with one"},
                  {"romeo> n = len(web.name)",
                   "3:16: web is external and has no variables; its endpoint is web:4000"},
                  {"romeo> sock = socket(udp)\nromeo> sock.connect(web[1]:80)",
                   "4:21: web is a single host; write it without an index"},
                  {"romeo> web = socket(udp)", "3:8: web is a host's name; take another name"},
              });
}

TEST(External, RefusesWhatIsNoAddressOfOne) {
  ExpectFound(
      "host romeo 10.10.0.100/24\n",
      {
          {"host web external",
           "2:6: an external host has its own address; write host web "
           "external 192.0.2.9"},
          {"host web external 192.0.2.9/24",
           "2:19: an external host is on no LAN of this file; write 192.0.2.9 without its prefix "
           "length"},
          {"host web[1..2] external 192.0.2.9",
           "2:6: external hosts are declared one by one; write host web external 192.0.2.9"},
          {"host web external 10.10.0.100",
           "2:19: romeo has the address 10.10.0.100 too; each host has its own"},
          {"host web external 127.0.0.1",
           "2:19: 127.0.0.1 is every host's own; have the program listen at another, such as "
           "127.0.0.9"},
          {"host web external [::1]",
           "2:19: ::1 is every host's own; have the program listen at another, such as 127.0.0.9"},
          {"host web external 127.0.0.9", ""},
          {"host web external 0.0.0.0",
           "2:19: 0.0.0.0 is no host's address; write one such as 192.0.2.9"},
          {"host web external 224.0.0.1",
           "2:19: 224.0.0.1 is no host's address; write one such as 192.0.2.9"},
          {"host web external web.example",
           "2:19: expected an address such as 192.0.2.9, found web"},
          {"router web external 192.0.2.9",
           "2:12: expected an address such as 10.10.0.1/24, found external"},
          {"host external 10.10.0.9/24", ""},
      });
}

}  // namespace
}  // namespace balcony::script
