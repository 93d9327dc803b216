#include "controller/inventory/slice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"
#include "tests/inventory/read.h"

namespace balcony::inventory {
namespace {

using fleet::StatusIs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Slice, OfFabricIsRead) {
  const auto inventory = Read(Sample("fabric-slice.json"));
  const std::string ssh =
      "ssh -i /home/fabric/work/fabric_config/slice_key"
      " -F /home/fabric/work/fabric_config/ssh_config ubuntu@";
  EXPECT_THAT(HostsIn(inventory),
              ElementsAre("romeo: " + ssh + "2001:db8:a100:3020::5376 10.10.0.100",
                          "juliet: " + ssh + "192.0.2.77 10.10.0.101"));
  EXPECT_THAT(inventory->remarks, ElementsAre(HasSubstr("as in FABRIC's JupyterHub")));
}

TEST(Slice, MayLackAnythingButNames) {
  const auto inventory = Read(Sample("slice-guess.json"));
  EXPECT_THAT(HostsIn(inventory),
              ElementsAre("n_me: ssh -i ~/k ubuntu@2001:db8::7", "b: ssh -i k a@192.0.2.1"));
  EXPECT_THAT(inventory->remarks,
              ElementsAre("c is left out: it has no address; its state is Configuring"));
  EXPECT_THAT(inventory->hosts[0].remarks,
              ElementsAre(HasSubstr("a guess, without FABRIC's ssh_config"),
                          "it is called n\u00e4me there"));
  EXPECT_THAT(inventory->hosts[1].remarks, ElementsAre("its ssh_command says (use the bastion)"));
}

TEST(Slice, TakesWhatPythonPrints) {
  const auto inventory = Read(R"({"nodes": [{"name": "a", "image": "\ud83d\ude00", "cores": 2,
	"ssh_command": "ssh a@h", "disk": null}], "interfaces": [
	{"node": "a", "ip_addr": "None"}, {"node": "a", "ip_addr": ""}, {"node": null}, {},
	{"node": "a", "ip_addr": "10.0.0.1/24"}, {"node": "a", "ip_addr": "fd00::1"}]})");
  EXPECT_THAT(HostsIn(inventory), ElementsAre("a: ssh a@h 10.0.0.1 fd00::1"));
  EXPECT_THAT(inventory->hosts[0].remarks, IsEmpty());
}

TEST(Slice, IsRefusedWithThePlaceAndTheReason) {
  const std::pair<std::string, std::string> cases[] = {
      {"{\"nodes\":\n [{}]}", "file:2: a node has no \"name\""},
      {"{\"nodes\": 1}", "file:1: nodes is not a list"},
      {"{\"name\": \"a\"}", "has no \"nodes\""},
      {"{\"_meta\": {}}", "ansible-inventory --list --yaml"},
      {"{\"nodes\": [{\"name\": \"a\", \"management_ip\": \"-oX\"}]}", "a: -oX is no name"},
      {"{\"nodes\": [{\"name\": \"a\", \"ssh_command\": \"ssh a\"},\n"
       "{\"name\": \"a\", \"ssh_command\": \"ssh a\"}]}",
       "file:2: a is in file:1 too"},
      {"{\"nodes\": [", "file:1: "},
      {"{\"nodes\": " + std::string(500'000, '['), "in each other too deep"},
      {"[{\"a\": " + std::string(500'000, '['), "in each other too deep"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(Read(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << text.substr(0, 300);
  }
}

}  // namespace
}  // namespace balcony::inventory
