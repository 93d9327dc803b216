// Which files an agent takes a secret from.
#include "agent/token.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "tests/agent/certificates.h"
#include "tests/agent/matchers.h"

namespace balcony::agent {
namespace {

using testing::HasSubstr;

constexpr uid_t kSomebody = 65534;
constexpr uid_t kSomebodyElse = 65533;

class TokenTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "it is root that can be somebody else";
    WriteSecret(path_, "But-soft-what-light\n");
    chmod((folder_ / "").c_str(), 0755);
  }

  // What a process of `user` says of a secret of this owner.
  absl::Status Check(uid_t owner, mode_t mode, uid_t user = kSomebody) {
    EXPECT_EQ(chown(path_.c_str(), owner, kSomebody), 0);
    EXPECT_EQ(chmod(path_.c_str(), mode), 0);
    EXPECT_EQ(seteuid(user), 0);
    absl::Status status = CheckSecret(path_);
    EXPECT_EQ(seteuid(0), 0);
    return status;
  }

  Folder folder_;
  const std::string path_ = folder_ / "secret";
};

TEST_F(TokenTest, SecretIsItsOwnersAlone) {
  EXPECT_TRUE(Check(kSomebody, 0600).ok());
  EXPECT_TRUE(Check(kSomebodyElse, 0400).ok());
  EXPECT_THAT(Check(kSomebody, 0440).message(), HasSubstr("is a secret that others may read"));
  EXPECT_FALSE(Check(kSomebodyElse, 0440).ok());
  EXPECT_FALSE(Check(kSomebody, 0604).ok());
}

TEST_F(TokenTest, SecretThatRootHandsOutMayBeReadByItsGroup) {
  EXPECT_TRUE(Check(0, 0440).ok());
  EXPECT_TRUE(Check(0, 0640).ok());
  for (const mode_t mode : {0460u, 0450u, 0444u, 0442u}) EXPECT_FALSE(Check(0, mode).ok()) << mode;
}

TEST_F(TokenTest, RootsOwnSecretIsRootsAlone) {
  EXPECT_TRUE(Check(0, 0400, 0).ok());
  EXPECT_FALSE(Check(0, 0440, 0).ok());
}

}  // namespace
}  // namespace balcony::agent
