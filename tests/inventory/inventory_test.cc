#include "controller/inventory/inventory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"
#include "tests/inventory/read.h"

namespace balcony::inventory {
namespace {

using fleet::StatusIs;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Inventory, BecomesAFleetFile) {
  const auto inventory = ReadInventory(
      {{"m.xml", Sample("cloudlab-manifest.xml")}, {"more", "web=ssh -o 'A=b c' ::1 (new)\n"}},
      {"", "alice"});
  ASSERT_THAT(inventory, fleet::IsOk());
  EXPECT_EQ(FleetFileText(*inventory),
            R"(# From m.xml, a manifest; more, ssh command lines.
# mysw is left out: it has no login
hosts:
  romeo: {ssh: ssh -p 25610 alice@pc71.example.cloudlab.us, data: 10.10.0.100}
  juliet: {ssh: ssh -p 25611 alice@pc71.example.cloudlab.us, data: 10.10.0.101}
  # the line says (new)
  web: {ssh: "ssh -o 'A=b c' ::1"}
)");
}

TEST(Inventory, FleetFileSaysTheSameWhateverIsInIt) {
  const std::string hostile[] = {
      "ssh a, b: {c}",
      "ssh \"a\\b\" # c",
      "ssh a\n  b: c",
      "ssh 'a: b'",
      "ssh a: b",
      "ssh a #b",
      "ssh -i '%' a",
      "ssh [a]",
      "ssh \u00e9\xe2\x80\xa8",
      "ssh a:",
      "- ssh",
      "ssh \x01\x7f\t",
      "null",
      "*ssh",
      "&a ssh",
      "!!int 1",
      "~",
      "ssh a ",
      "ssh  a",
      "true",
      "ssh a\r",
      "0x10",
      "1e3",
  };
  Inventory inventory = {"a\nhosts: {}", {}, {"b\r\nhosts: {}"}};
  for (const std::string& text : hostile) {
    inventory.hosts.push_back({"h" + std::to_string(inventory.hosts.size()),
                               {.ssh = text, .data = {"10.0.0.1", "fd00::", "::1"}},
                               {"c\nd: {}\u2028"}});
  }
  inventory.hosts.push_back({"null", {.ssh = "ssh a", .data = {"::"}}, {}});
  inventory.hosts.push_back({"client[2]", {.ssh = "ssh b"}, {}});
  const auto places = hosts::ParseFleetFile(FleetFileText(inventory), "fleet.yaml");
  ASSERT_THAT(places, fleet::IsOk());
  ASSERT_EQ(places->size(), inventory.hosts.size());
  for (const Entry& host : inventory.hosts) {
    EXPECT_EQ(places->at(host.name).ssh, host.place.ssh);
    EXPECT_EQ(places->at(host.name).data, host.place.data);
  }
}

TEST(Inventory, FleetFilesAreKnown) {
  const std::pair<const char*, bool> cases[] = {
      {"hosts:\n  a: {ssh: ssh a}\n", true},
      {"# ours\n---\nhosts: {a: {ssh: ssh a}}\n", true},
      {"hosts:\n  a:\n    ssl: ssh a\n", true},
      {"hosts: [\n", true},
      {"tls: certs\nhosts:\n  a: {agent: a:7000}\n", true},
      {"tls:\n  hosts:\n    a:\n", false},
      {"{hosts: {a: {ssh: ssh a}}}", true},
      {"hosts:\n  hosts:\n    a:\n", false},
      {"all:\n  hosts:\n    a:\n", false},
      {"hosts\n", false},
      {"[hosts]\na\n", false},
      {"", false},
  };
  for (const auto& [text, is_one] : cases) EXPECT_EQ(IsFleetFile(text), is_one) << text;
}

TEST(Inventory, IsRefusedWithThePlaceAndTheReason) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "file:1: it is empty"},
      {"\n# nothing\n", "file:1: it is empty"},
      {"\xef\xbb\xbf", "file:1: it is empty"},
      {"hosts: {a: {ssh: ssh a}}\n", "file:1: this is a fleet file"},
      {std::string("ssh a\nssh b\0", 12), "file:2: it is no text; save it as UTF-8"},
      {std::string("\xff\xfes\0s\0h\0", 8), "file:1: it is no text; save it as UTF-8"},
      {"ssh a\x1b[2J", "file:1: it is no text"},
      {std::string((1 << 20) + 1, '#'), "file:1: it is over a mebibyte"},
      {"a ansible_connection=local\n", "file:1: it has no host with a login; a is left out"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(Read(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << text.substr(0, 100);
  }
  EXPECT_THAT(ReadInventory({}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument, "there is nothing to read"));
}

TEST(Inventory, ByteOrderMarkIsPassedOver) {
  EXPECT_THAT(HostsIn(Read("\xef\xbb\xbfssh a\n")), ElementsAre("a: ssh a"));
}

}  // namespace
}  // namespace balcony::inventory
