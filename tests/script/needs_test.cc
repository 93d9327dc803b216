// Mirrors controller/script/needs.cc: the table, and what is found wrong with a need.
#include "controller/script/needs.h"

#include "tests/script/found.h"

namespace balcony::script {
namespace {

Topology TopologyOf(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  return BuildTopology(Parse("test.balcony", text, diagnostics), {}, diagnostics);
}

TEST(Needs, AreReadWithTheirArguments) {
  const Topology topology = TopologyOf(
      "host romeo\nneeds wire\nneeds mtu 1500\nneeds kernel 5.10\nneeds kernel 6\n"
      "romeo> sock = socket(udp)\n");
  ASSERT_EQ(topology.needs.size(), 4U);
  EXPECT_EQ(topology.needs[0].need, Need::kWire);
  EXPECT_EQ(topology.needs[0].written, "wire");
  EXPECT_EQ(topology.needs[1].written, "mtu 1500");
  EXPECT_EQ(topology.needs[1].bytes, 1500U);
  EXPECT_EQ(topology.needs[2].version, std::pair(5U, 10U));
  EXPECT_EQ(topology.needs[3].version, std::pair(6U, 0U));
}

TEST(Needs, OfEveryNameAreFoundRight) {
  for (const NeedRow& row : NeedRows()) {
    const std::string argument = row.argument == NeedArgument::kNone    ? ""
                                 : row.argument == NeedArgument::kBytes ? " 1500"
                                                                        : " 5.10";
    EXPECT_THAT(Found("host a\nneeds " + std::string(row.name) + argument), testing::IsEmpty())
        << row.name;
  }
}

TEST(Needs, RefusesWhatIsNone) {
  ExpectFound(
      "host romeo\n",
      {
          {"needs wier", "2:7: unknown need wier; did you mean wire?"},
          {"needs no-default-rout",
           "2:7: unknown need no-default-rout; did you mean no-default-route?"},
          {"needs everything",
           "2:7: unknown need everything; there are broadcast, ipv6, ipv6-loopback, kernel, mtu, "
           "multicast, no-default-route, privileged-ports, raw and wire"},
          {"needs", "2:6: expected what is needed, such as mtu 1500, found the end"},
          {"needs RAW", "2:7: expected what is needed, such as mtu 1500, found RAW"},
          {"needs mtu", "2:7: mtu takes a number of bytes; write needs mtu 1500"},
          {"needs mtu large", "2:7: mtu takes a number of bytes; write needs mtu 1500"},
          {"needs mtu 0", "2:7: mtu takes a number of bytes; write needs mtu 1500"},
          {"needs mtu 9999999999", "2:7: mtu takes a number of bytes; write needs mtu 1500"},
          {"needs mtu 1500ms", "2:7: mtu takes a number of bytes; write needs mtu 1500"},
          {"needs mtu 1500 9000", "2:16: expected the end of the line, found 9000"},
          {"needs kernel", "2:7: kernel takes a version; write needs kernel 5.10"},
          {"needs kernel new", "2:7: kernel takes a version; write needs kernel 5.10"},
          {"needs kernel 5s", "2:7: kernel takes a version; write needs kernel 5.10"},
          {"needs wire 1", "2:7: wire takes nothing more; write needs wire"},
          {"needs raw socket", "2:7: raw takes nothing more; write needs raw"},
      });
}

TEST(Needs, VersionsAreReadFromReleases) {
  EXPECT_EQ(VersionOf("5.10.0-21-amd64"), std::pair(5U, 10U));
  EXPECT_EQ(VersionOf("6.8"), std::pair(6U, 8U));
  EXPECT_EQ(VersionOf("7"), std::pair(7U, 0U));
  EXPECT_EQ(VersionOf("unknown"), std::nullopt);
  EXPECT_EQ(VersionOf(""), std::nullopt);
}

}  // namespace
}  // namespace balcony::script
