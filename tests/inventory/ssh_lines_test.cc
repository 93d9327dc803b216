#include "controller/inventory/ssh_lines.h"

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

TEST(SshLines, StayAsTheyAre) {
  const auto inventory = Read(Sample("lines.txt"));
  EXPECT_THAT(HostsIn(inventory),
              ElementsAre("pc71: ssh -p 25610 alice@pc71.example.cloudlab.us",
                          "juliet: ssh -i ~/.ssh/key -o \"ProxyCommand=ssh -W %h:%p cc@192.0.2.1\""
                          " cc@10.0.0.5",
                          "client[2]: /usr/bin/ssh ubuntu@2001:db8::5"));
  EXPECT_THAT(inventory->hosts[0].remarks, ElementsAre(HasSubstr("its name is a guess; NAME=")));
  EXPECT_THAT(inventory->hosts[1].remarks, IsEmpty());
  EXPECT_THAT(inventory->hosts[2].remarks, ElementsAre("the line says (the host is not ready)"));
}

TEST(SshLines, NamesAreGuessed) {
  const std::pair<std::string, std::vector<std::string>> cases[] = {
      {"ssh a@10.0.0.1\nhost1=ssh b\r\n\n \nssh ::1\n",
       {"host2: ssh a@10.0.0.1", "host1: ssh b", "host3: ssh ::1"}},
      {"ssh ssh://a@node-1.example.net:22\n", {"node-1: ssh ssh://a@node-1.example.net:22"}},
      {"3com : ssh a\nPC = ssh b\nwait=ssh c\n", {"host_3com: ssh a", "pc: ssh b", "wait_: ssh c"}},
      {"ssh 'we ird'@h\n", {"h: ssh 'we ird'@h"}},
  };
  for (const auto& [text, lines] : cases) {
    EXPECT_THAT(HostsIn(Read(text)), testing::ElementsAreArray(lines)) << text;
  }
}

TEST(SshLines, AreRefusedWithThePlaceAndTheReason) {
  const std::pair<const char*, const char*> cases[] = {
      {"ssh a\nb\n", "file:2: an ssh command line is wanted"},
      {"ssh a; reboot\n", "file:1: a plain ssh command line is wanted, without ;"},
      {"ssh -t a (no)\n", "file:1: -t leaves no stream"},
      {"ssh pc1.a.org\nssh -p 3 pc1.b.org\n", "file:2: pc1 is in file:1 too"},
      {"a-=ssh h\na=ssh h\n", "file:2: a would be a, and so is a- in file:1"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_THAT(Read(text), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why))) << text;
  }
}

}  // namespace
}  // namespace balcony::inventory
