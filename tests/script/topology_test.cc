// Mirrors controller/script/topology.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Topology, RefusesWhatIsNoNetwork) {
  ExpectFound(
      "",
      {
          {"host romeo 10.10.0.1/24\nhost romeo 10.10.0.2/24",
           "2:6: the host romeo is declared twice; give one of them another name"},
          {"host a 10.0.0.1/24\nhost b 10.0.0.1/24",
           "2:8: a has the address 10.0.0.1 too; each host has its own"},
          {"host a fd00::1/64\nhost b [fd00::1]/64",
           "2:8: a has the address fd00::1 too; each host has its own"},
          {"host a 10.0.0.0/24",
           "1:8: 10.0.0.0 is no host's address; it is the network's own: write one between, "
           "such as 10.0.0.1/24"},
          {"host a 10.0.0.255/24",
           "1:8: 10.0.0.255 is no host's address; it is the network's broadcast address: write one "
           "between, such as 10.0.0.1/24"},
          {"host a 10.0.0.1", "1:8: 10.0.0.1 has no prefix length; write 10.0.0.1/24"},
          {"host a 10.0.0.1/33", "1:8: /33 is no prefix length; it is 1 to 32"},
          {"host a 10.0.0.1/99999999999", "1:8: /999 is no prefix length; it is 1 to 32"},
          {"host a fd00::1/129", "1:8: /129 is no prefix length; it is 1 to 128"},
          {"host a 10.0.0.1/0", "1:8: /0 is no prefix length; it is 1 to 32"},
          {"host a 10.0.0.1/24\nhost b 10.0.0.2/16",
           "2:8: 10.0.0.0/16 overlaps 10.0.0.0/24; hosts on one LAN have one prefix length"},
          {"host a 127.0.0.1/8",
           "1:8: 127.0.0.1 is no host's address; each host has its own loopback: write one of "
           "a LAN, such as 10.10.0.1/24"},
          {"host a 127.0.0.0/8",
           "1:8: 127.0.0.0 is no host's address; each host has its own loopback: write one of a "
           "LAN, such as 10.10.0.1/24"},
          {"host a ::/64", "1:8: :: is no host's address; write one of a LAN, such as fd00::1/64"},
          {"host a 224.0.0.1/24",
           "1:8: 224.0.0.1 is no host's address; write one of a LAN, such as 10.10.0.1/24"},
          {"host a ::1/64",
           "1:8: ::1 is no host's address; each host has its own loopback: write one of a LAN, "
           "such as fd00::1/64"},
      });
}

TEST(Topology, RefusesArraysThatHaveNoHosts) {
  ExpectFound(
      "", {
              {"host c[1..0]",
               "1:11: there is no c in 1..0; the second number must not be smaller than the first"},
              {"host c[1..2000]", "1:11: these are too many hosts; 1,000 are the most"},
              {"host c[0..2]", "1:8: hosts are counted from 1"},
              {"host c[1..10] 10.0.0.250/24",
               "1:15: c[6] has no address left in 10.0.0.0/24; take a shorter prefix"},
              {"host c[1..n]",
               "1:11: this is no number; a number stands here, or a parameter that is set above"},
              {"set n = \"x\"\nhost c[1..n]",
               "2:11: this is no number; a number stands here, or a parameter that is set above"},
          });
}

TEST(Topology, RefusesParametersWithoutAValue) {
  ExpectFound("",
              {
                  {"set x = y",
                   "1:9: this is no number and no text; a parameter is made of those and of "
                   "parameters above it"},
                  {"set x = 1\nset x = 2", "2:5: the parameter x is declared twice; take one away"},
                  {"set x = \"a\" - 1",
                   "1:9: this is no number and no text; a parameter is made of those and of "
                   "parameters above it"},
                  {"set x = 999999999999999999 * 999999999999999999",
                   "1:9: this is no number and no text; a parameter is made of those and of "
                   "parameters above it"},
                  {"set x = \"xx\" * 999999999999",
                   "1:9: this is no number and no text; a parameter is made of those and of "
                   "parameters above it"},
                  {"timeout 0s", "1:1: in a timeout of nothing no call can end; write timeout 5s"},
                  {"timeout 1s\ntimeout 2s", "2:1: timeout is declared twice; take one away"},
              });
}

// A script's hosts, "client[2] 10.10.0.12/24".
std::vector<std::string> HostsOf(const std::string& text,
                                 const std::map<std::string, std::string>& overrides = {}) {
  std::vector<Diagnostic> diagnostics;
  const Topology topology =
      BuildTopology(Parse("a.balcony", text, diagnostics), overrides, diagnostics);
  EXPECT_THAT(Written(diagnostics), testing::ElementsAre());
  std::vector<std::string> hosts;
  for (const Host& host : topology.hosts) {
    hosts.push_back(host.name);
    for (const HostAddress& address : host.addresses)
      hosts.back() += " " + address.address + "/" + std::to_string(address.prefix_length) + " " +
                      topology.lans.at(static_cast<size_t>(address.lan)).prefix;
  }
  return hosts;
}

TEST(Topology, AddressesAreTheTopology) {
  EXPECT_THAT(
      HostsOf("host romeo 10.10.0.100/24 fd00:0::1/64\nrouter verona 10.10.0.1/24 10.10.1.1/24"),
      testing::ElementsAre("romeo 10.10.0.100/24 10.10.0.0/24 fd00::1/64 fd00::/64",
                           "verona 10.10.0.1/24 10.10.0.0/24 10.10.1.1/24 10.10.1.0/24"));
}

TEST(Topology, ArraysCountUp) {
  EXPECT_THAT(HostsOf("set n = 2\nhost client[2..n + 1] 10.10.0.255/16"),
              testing::ElementsAre("client[2] 10.10.0.255/16 10.10.0.0/16",
                                   "client[3] 10.10.1.0/16 10.10.0.0/16"));
  EXPECT_THAT(HostsOf("set n = 2\nhost client[1..n]", {{"n", "4"}}), testing::SizeIs(4));
}

TEST(Topology, HostsWithoutAnAddressAreGivenTheNextFreeOne) {
  EXPECT_THAT(HostsOf("host a\nhost b"),
              testing::ElementsAre("a 10.0.0.1/24 10.0.0.0/24", "b 10.0.0.2/24 10.0.0.0/24"));
  EXPECT_THAT(HostsOf("host a\nhost b fd00::1/64 \nhost c 10.10.0.1/30\n"),
              testing::ElementsAre("a 10.10.0.2/30 10.10.0.0/30", "b fd00::1/64 fd00::/64",
                                   "c 10.10.0.1/30 10.10.0.0/30"));
  EXPECT_THAT(Found("host a\nhost b\nhost c 10.10.0.1/30\n"),
              testing::ElementsAre("2:6: b has no address left in 10.10.0.0/30; give the hosts "
                                   "addresses of a shorter prefix"));
}

TEST(Topology, ParametersAreOverridden) {
  const std::string text = "set n = 2\nset name = \"x\"\nset m = n * 2\ntimeout 1.5s\n";
  std::vector<Diagnostic> diagnostics;
  const Script script = Parse("a.balcony", text, diagnostics);
  const Topology topology = BuildTopology(script, {{"n", "5"}, {"name", "7"}}, diagnostics);
  EXPECT_EQ(topology.parameters.at("n"), ParameterValue(int64_t{5}));
  EXPECT_EQ(topology.parameters.at("m"), ParameterValue(int64_t{10}));
  EXPECT_EQ(topology.parameters.at("name"), ParameterValue("7"));
  EXPECT_EQ(topology.patience, absl::Milliseconds(1500));
  EXPECT_THAT(Found(text, "a.balcony", {{"n", "five"}}),
              testing::ElementsAre(
                  "1:5: the parameter n is a number, and -D n=five is none; give it a number"));
}

TEST(Topology, ACommandLinesMistakeIsFoundOnceAndNothingElseForIt) {
  EXPECT_THAT(Found("set n = 3\nhost c[1..n]\nc[3]> sock = socket(tcp)\nrepeat n {\nc[n]> "
                    "sock.state()\n}",
                    "a.balcony", {{"n", "many"}}),
              testing::ElementsAre("1:5: the parameter n is a number, and -D n=many is none; give "
                                   "it a number"));
}

TEST(Topology, ANetworkThatIsFullIsFoundOnce) {
  std::vector<Diagnostic> diagnostics;
  BuildTopology(Parse("a.balcony", "host c[1..300]", diagnostics), {}, diagnostics);
  EXPECT_THAT(Written(diagnostics),
              testing::ElementsAre("1:6: c[255] has no address left in 10.0.0.0/24; give the hosts "
                                   "addresses of a shorter prefix"));
}

TEST(Topology, ASysctlMayStandAboveItsHost) {
  std::vector<Diagnostic> diagnostics;
  const Topology topology = BuildTopology(
      Parse("a.balcony", "sysctl a net.ipv4.tcp_ecn = 1\nhost a", diagnostics), {}, diagnostics);
  ASSERT_EQ(topology.hosts.at(0).sysctls.size(), 1U);
  EXPECT_EQ(topology.hosts.at(0).sysctls[0].path, "net.ipv4.tcp_ecn");
}

}  // namespace
}  // namespace balcony::script
