#include "controller/hosts/ssh_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fleet/matchers.h"

namespace balcony::hosts {
namespace {

using fleet::StatusIs;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kHome[] = "/home/alice";

SshLine Parsed(const std::string& line) {
  const auto ssh = ParseSshLine(line, kHome);
  EXPECT_THAT(ssh, fleet::IsOk()) << line;
  return ssh.value_or(SshLine{});
}

TEST(SshLine, IsTakenAsPortalsPrintIt) {
  const SshLine cloudlab = Parsed("ssh -p 25610 alice@pc1.example.org");
  EXPECT_THAT(cloudlab.options, ElementsAre("-p", "25610"));
  EXPECT_EQ(cloudlab.destination, "alice@pc1.example.org");
  EXPECT_THAT(cloudlab.config, IsEmpty());

  const SshLine fabric =
      Parsed("ssh -i /fabric/slice_key -F /fabric/ssh_config rocky@2001:400:a100::5");
  EXPECT_THAT(fabric.options, ElementsAre("-i", "/fabric/slice_key"));
  EXPECT_EQ(fabric.config, "/fabric/ssh_config");
  EXPECT_EQ(fabric.destination, "rocky@2001:400:a100::5");
}

TEST(SshLine, HasWordsAsAShellHasThem) {
  const SshLine ssh =
      Parsed("ssh  -i ~/.ssh/key -o 'ProxyCommand=ssh -W %h:%p cc@192.0.2.1' cc\\@host");
  EXPECT_THAT(ssh.options, ElementsAre("-i", "/home/alice/.ssh/key", "-o",
                                       "ProxyCommand=ssh -W %h:%p cc@192.0.2.1"));
  EXPECT_EQ(ssh.destination, "cc@host");
  EXPECT_THAT(Parsed("ssh -i \"a key\" host").options, ElementsAre("-i", "a key"));
}

TEST(SshLine, MayHaveOptionsJoinedAndBehindTheHost) {
  const SshLine ssh = Parsed("/usr/bin/ssh -6Cp22 host -l alice");
  EXPECT_THAT(ssh.options, ElementsAre("-6", "-C", "-p", "22", "-l", "alice"));
  EXPECT_EQ(ssh.destination, "host");
}

TEST(SshLine, IsRefusedWithTheReason) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "an ssh command line is wanted"},
      {"scp host:", "an ssh command line is wanted"},
      {"ssh", "names no host"},
      {"ssh -p", "-p wants a value"},
      {"ssh -N host", "-N leaves no stream"},
      {"ssh -t host", "-t leaves no stream"},
      {"ssh -Z host", "ssh has no option -Z"},
      {"ssh host uptime", "a command of its own, uptime"},
      {"ssh host; reboot", "without ;"},
      {"ssh $(host)", "without $"},
      {"ssh \"$HOST\"", "without $"},
      {"ssh 'host", "a quote is not closed"},
  };
  for (const auto& [line, why] : cases) {
    EXPECT_THAT(ParseSshLine(line, kHome),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why)))
        << line;
  }
}

}  // namespace
}  // namespace balcony::hosts
