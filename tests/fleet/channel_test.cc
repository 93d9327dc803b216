// Which files the controller takes a secret from.
#include "controller/fleet/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace balcony::fleet {
namespace {

using testing::HasSubstr;

constexpr uid_t kSomebody = 65534;

class ChannelTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "it is root that can be somebody else";
    std::string name = testing::TempDir() + "channel-XXXXXX";
    folder_ = mkdtemp(name.data());
    token_ = folder_ + "/token";
    chmod(folder_.c_str(), 0755);
    std::ofstream(folder_ + "/ca.pem") << "of nobody's, for nothing is dialled\n";
    std::ofstream(token_) << "But-soft-what-light\n";
  }
  void TearDown() override {
    if (!folder_.empty()) std::filesystem::remove_all(folder_);
  }

  // What a process of `user`, in Somebody's group, makes of a token of this owner.
  absl::Status Try(uid_t owner, mode_t mode, uid_t user = kSomebody) {
    EXPECT_EQ(chown(token_.c_str(), owner, kSomebody), 0);
    EXPECT_EQ(chmod(token_.c_str(), mode), 0);
    EXPECT_EQ(setegid(kSomebody), 0);
    EXPECT_EQ(seteuid(user), 0);
    absl::Status status = ChannelTo("127.0.0.1:1", {folder_, token_, ""}).status();
    EXPECT_EQ(seteuid(0), 0);
    EXPECT_EQ(setegid(0), 0);
    return status;
  }

  std::string folder_;
  std::string token_;
};

TEST_F(ChannelTest, SecretIsItsOwnersAlone) {
  EXPECT_TRUE(Try(kSomebody, 0600).ok());
  EXPECT_THAT(Try(kSomebody, 0640).message(), HasSubstr("is a secret that others may read"));
  EXPECT_FALSE(Try(0, 0440, 0).ok());
}

TEST_F(ChannelTest, SecretThatRootHandsOutMayBeReadByItsGroup) {
  EXPECT_TRUE(Try(0, 0440).ok());
  EXPECT_THAT(Try(0, 0444).message(), HasSubstr("is a secret that others may read"));
  EXPECT_FALSE(Try(0, 0460).ok());
}

}  // namespace
}  // namespace balcony::fleet
