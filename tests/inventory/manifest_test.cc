#include "controller/inventory/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/fleet/matchers.h"
#include "tests/inventory/read.h"

namespace balcony::inventory {
namespace {

using fleet::StatusIs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kGeni[] = "http://www.geni.net/resources/rspec/3";

std::string Rspec(const std::string& inside) {
  return absl::StrCat("<rspec xmlns='", kGeni, "'>", inside, "</rspec>");
}

std::string LoginOf(const std::string& user) {
  return absl::StrCat("<login username='", user, "' hostname='pc1' port='22'/>");
}

std::string NodeWith(const std::string& services, const std::string& more = "") {
  return absl::StrCat("<node client_id='a' sliver_id='s'><services>", services, "</services>", more,
                      "</node>");
}

TEST(Manifest, OfCloudLabIsRead) {
  const auto inventory = Read(Sample("cloudlab-manifest.xml"), {"", "alice"});
  EXPECT_THAT(HostsIn(inventory),
              ElementsAre("romeo: ssh -p 25610 alice@pc71.example.cloudlab.us 10.10.0.100",
                          "juliet: ssh -p 25611 alice@pc71.example.cloudlab.us 10.10.0.101"));
  EXPECT_THAT(inventory->remarks, ElementsAre("mysw is left out: it has no login"));
  EXPECT_EQ(inventory->origin, "file, a manifest");
}

TEST(Manifest, MayHavePrefixesAndSwitchesWithLogins) {
  const auto inventory = Read(Sample("manifest-small.xml"), {"", "bob"});
  EXPECT_THAT(HostsIn(inventory),
              ElementsAre("node-1: ssh -p 30754 bob@pc1.example.net 10.10.0.1 fd00::1"));
  EXPECT_THAT(inventory->remarks, ElementsAre("sw is left out: it is a switch"));
}

TEST(Manifest, LoginIsChosen) {
  std::string all;
  for (int i = 1; i <= 25; ++i) all += LoginOf(absl::StrCat("user", i));
  const struct {
    std::string logins;
    Chooser chooser;
    std::string line;
  } cases[] = {
      {all, {"user3", "user7"}, "a: ssh user3@pc1"},
      {all, {"", "user7"}, "a: ssh user7@pc1"},
      {all, {"", "else"}, "file:1: a has logins of user1, user2, "},
      {all, {"", ""}, "user25; say --user NAME with yours"},
      {all, {"else", "user7"}, "file:1: a has no login of --user else, but of user1, "},
      {LoginOf("carol"), {"", "else"}, "a: ssh carol@pc1"},
      {LoginOf("carol"), {"else", ""}, "but of carol"},
  };
  for (const auto& [logins, chooser, line] : cases) {
    EXPECT_THAT(HostsIn(Read(Rspec(NodeWith(logins)), chooser)), ElementsAre(HasSubstr(line)));
  }
}

TEST(Manifest, ControlAddressIsNoData) {
  const std::string interfaces =
      "<host name='a' ipv4='192.0.2.1'/><interface><ip address='192.0.2.1'/></interface>"
      "<interface/><interface><ip address='10.0.0.1'/><ip address=''/><ip "
      "address='x'/></interface>";
  const auto inventory = Read(Rspec(NodeWith(LoginOf("alice"), interfaces)));
  EXPECT_THAT(HostsIn(inventory), ElementsAre("a: ssh alice@pc1 10.0.0.1"));
  EXPECT_THAT(inventory->hosts[0].remarks, ElementsAre("its ip x is no address"));
}

TEST(Manifest, OfAnotherAggregateSaysWhereItsNodesAre) {
  const std::string here = Rspec(NodeWith(LoginOf("alice")) + "<node client_id='b'/>");
  const std::string there = Rspec(
      "<node client_id='a'/><node client_id='b'><services><login username='alice'"
      " hostname='2001:db8::5'/></services></node>");
  const auto both = ReadInventory({{"here", here}, {"there", there}}, {});
  EXPECT_THAT(HostsIn(both), ElementsAre("a: ssh alice@pc1", "b: ssh alice@2001:db8::5"));
  EXPECT_THAT(both->remarks, IsEmpty());
  const std::string between = Rspec("<node client_id='b'/><link client_id='l' sliver_id='s'/>");
  EXPECT_THAT(HostsIn(ReadInventory({{"here", here}, {"between", between}}, {})),
              ElementsAre("a: ssh alice@pc1"));
  EXPECT_THAT(HostsIn(Read(absl::StrCat("<all>", here, "\n", "</all>"))), testing::SizeIs(1));
  EXPECT_THAT(ReadInventory({{"here", here}, {"there", here}}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("there:1: a is in here:1 too; give one another name")));
}

TEST(Manifest, IsRefusedWithThePlaceAndTheReason) {
  std::string deep, attributes;
  for (int i = 0; i < 100'000; ++i) deep += "<a>";
  for (int i = 0; i < 101; ++i) absl::StrAppend(&attributes, " a", i, "=''");
  const std::pair<std::string, std::string> cases[] = {
      {Sample("request.xml"), "file:1: this is a request"},
      {Sample("doctype.xml"), "file:1: it has a DOCTYPE, which no manifest has; take it out"},
      {Rspec("\n<node sliver_id='s'/>"), "file:2: a node has no client_id"},
      {Rspec("\n\n<node client_id='a' sliver_id='s'/>"), "file:1: it has no host with a login; a"},
      {Rspec(NodeWith(LoginOf("-oProxyCommand=x"))), "-oProxyCommand=x is no name of a user"},
      {Rspec(NodeWith(LoginOf("a&#10;b"))), "a\\x0ab is no name of a user"},
      {Rspec(NodeWith("<login username='a' hostname='$(x)'/>")), "$(x) is no name or address"},
      {Rspec(NodeWith("<login username='a' hostname='h' port='65536'/>")), "65536 is no port"},
      {"<rspec><node/></rspec>", "file:1: it is XML, and no RSpec of GENI's, but <rspec>"},
      {"<html/>", "but <html>"},
      {Rspec("<node>\n"), "file:2: it is no whole XML"},
      {deep, "it is no whole XML"},
      {deep.substr(0, 300) + Rspec(""), "it is no whole XML"},
      {Rspec("<a " + attributes + "/>"), "an element has over 100 attributes"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(Read(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << text.substr(0, 300);
  }
  std::string closed;
  for (int i = 0; i < 65; ++i) closed = absl::StrCat("<a>", closed, "</a>");
  EXPECT_THAT(Read(Rspec(closed)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("in each other too deep")));
}

TEST(Manifest, MayBeLarge) {
  std::string nodes;
  for (int i = 0; i < 160; ++i) {
    absl::StrAppend(&nodes, "<node client_id='n", i, "' sliver_id='s'><services>");
    for (int user = 0; user < 25; ++user) {
      absl::StrAppend(&nodes, "<login authentication='ssh-keys' hostname='pc", i,
                      ".example.cloudlab.us' port='22' username='user", user, "'/>");
    }
    nodes += "</services></node>";
  }
  ASSERT_GT(nodes.size(), 382'000U);
  EXPECT_THAT(HostsIn(Read(Rspec(nodes), {"", "user24"})), testing::SizeIs(160));
}

}  // namespace
}  // namespace balcony::inventory
