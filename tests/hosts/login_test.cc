#include "controller/hosts/login.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace balcony::hosts {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(ConfigText, HasTheUsersFirst) {
  EXPECT_THAT(ConfigText("/fabric/ssh_config", "/known"),
              testing::AllOf(StartsWith("Include \"/fabric/ssh_config\"\nHost *\n"),
                             HasSubstr("UserKnownHostsFile \"/known\"\n"),
                             HasSubstr("StrictHostKeyChecking accept-new\n")));
  EXPECT_THAT(ConfigText("", "/known"),
              StartsWith("Include \"~/.ssh/config\"\nInclude \"/etc/ssh/ssh_config\"\nHost *\n"));
}

TEST(Login, TellsABusyHostFromARefusal) {
  EXPECT_TRUE(IsBusy("kex_exchange_identification: Connection closed by remote host"));
  EXPECT_TRUE(IsBusy("Connection reset by 192.0.2.1 port 22"));
  EXPECT_FALSE(IsBusy("alice@192.0.2.1: Permission denied (publickey)."));
  EXPECT_FALSE(IsBusy("connect to host 192.0.2.1 port 22: Connection refused"));
  EXPECT_TRUE(IsOfSsh("exited with status 255; it said: Permission denied"));
  EXPECT_FALSE(IsOfSsh("exited with status 127"));
}

}  // namespace
}  // namespace balcony::hosts
