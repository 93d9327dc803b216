// The local fleet without root: in a user namespace, where that may be.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/fleet/held_fleet.h"

namespace balcony::fleet {
namespace {

using testing::AllOf;
using testing::Ge;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr uid_t kNobody = 65534;
constexpr mode_t kForAll = S_IFCHR | 0666;
constexpr mode_t kForRoot = S_IFCHR | 0600;

// In a process about to become somebody else: gives it a /dev/net/tun of that mode, or none.
void HideTun(mode_t mode) {
  if (unshare(CLONE_NEWNS) != 0 || mount("", "/", "", MS_REC | MS_PRIVATE, "") != 0) _exit(120);
  if (mount("tun", "/dev/net", "tmpfs", 0, "") != 0) _exit(121);
  umask(0);
  if (mode != 0 && mknod("/dev/net/tun", mode, makedev(10, 200)) != 0) _exit(122);
}

void BecomeNobody() {
  if (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0) _exit(123);
}

// Whether everybody may enter the folder, and all above it.
bool IsOpenToAll(const std::filesystem::path& folder) {
  constexpr auto kEnter = std::filesystem::perms::others_exec;
  const bool here = (std::filesystem::status(folder).permissions() & kEnter) == kEnter;
  return here && (!folder.has_relative_path() || IsOpenToAll(folder.parent_path()));
}

// Whether nobody may make a user namespace here; tried by another program, which has one thread.
bool MayNobodyMakeUserNamespaces() {
  const pid_t child = fork();
  if (child == 0) {
    BecomeNobody();
    execlp("unshare", "unshare", "--user", "true", nullptr);
    _exit(127);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status == 0;
}

class Unprivileged : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "only root can become nobody";
  }

  static void SetUpTestSuite() {
    if (IsOpenToAll(HolderFolder())) return;
    copies_ = std::filesystem::temp_directory_path() / absl::StrCat("balcony-test-", getpid());
    std::filesystem::create_directory(copies_);
    for (const char* program : {"fleet_holder", "balcony-agent"}) {
      std::filesystem::copy(HolderFolder() / program, copies_ / program);
    }
    HolderFolder() = copies_;
  }
  static void TearDownTestSuite() {
    if (!copies_.empty()) std::filesystem::remove_all(copies_);
  }

 private:
  // Of the programs, where nobody may enter their own folder.
  inline static std::filesystem::path copies_;
};

class UserNamespace : public Unprivileged {
 protected:
  void SetUp() override {
    Unprivileged::SetUp();
    if (!IsSkipped() && !MayNobodyMakeUserNamespaces())
      GTEST_SKIP() << "user namespaces are forbidden here";
  }
};

TEST_F(UserNamespace, HasALocalFleet) {
  HeldFleet fleet("local", 2, [] {
    HideTun(kForAll);
    BecomeNobody();
  });
  EXPECT_THAT(fleet.ReadLine(), StartsWith("up "));
  EXPECT_THAT(fleet.Processes(), SizeIs(Ge(4U)));
  fleet.Kill();
  EXPECT_TRUE(fleet.IsGone());
}

TEST_F(UserNamespace, HasNoTapsWhereTheyAreForbidden) {
  HeldFleet fleet("local", 2, [] {
    HideTun(kForRoot);
    BecomeNobody();
  });
  EXPECT_THAT(fleet.ReadLine(),
              HasSubstr("PERMISSION_DENIED: /dev/net/tun cannot be opened: "
                        "Permission denied (run as root, or give this user /dev/net/tun)"));
  EXPECT_TRUE(fleet.IsGone());
}

TEST_F(Unprivileged, IsToldThatThereAreNoTaps) {
  HeldFleet fleet("local", 2, [] { HideTun(0); });
  EXPECT_THAT(fleet.ReadLine(), HasSubstr("PERMISSION_DENIED: /dev/net/tun "
                                          "cannot be opened: No such file or directory (modprobe "
                                          "tun, or in a container: --device /dev/net/tun)"));
}

TEST_F(Unprivileged, HasALoopbackFleet) {
  HeldFleet fleet("loopback", 2, [] {
    HideTun(kForRoot);
    BecomeNobody();
  });
  EXPECT_THAT(fleet.ReadLine(), StartsWith("up "));
  fleet.Kill();
  EXPECT_TRUE(fleet.IsGone());
}

TEST_F(Unprivileged, IsToldThatItMayOpenTooFewFiles) {
  HeldFleet fleet("local", 50, [] {
    const rlimit few{.rlim_cur = 60, .rlim_max = 60};
    setrlimit(RLIMIT_NOFILE, &few);
  });
  EXPECT_THAT(fleet.ReadLine(), HasSubstr("RESOURCE_EXHAUSTED: 50 agents need at least 216 open "
                                          "files, and 60 are allowed: raise ulimit -n"));
  EXPECT_TRUE(fleet.IsGone());
}

TEST_F(Unprivileged, IsToldThatItMayHaveTooFewThreads) {
  HeldFleet fleet("loopback", 20, [] {
    BecomeNobody();
    const rlimit few{.rlim_cur = 100, .rlim_max = 100};
    setrlimit(RLIMIT_NPROC, &few);
  });
  EXPECT_THAT(fleet.ReadLine(), HasSubstr("RESOURCE_EXHAUSTED: 20 agents need at least 212 "
                                          "threads, and 100 are allowed: raise ulimit -u"));
  EXPECT_TRUE(fleet.IsGone());
}

void Write(const char* path, const std::string& text) {
  const wire::Fd file(open(path, O_WRONLY | O_CLOEXEC));
  if (write(file.get(), text.data(), text.size()) < 0) _exit(126);
}

// Too few is no reason to play on loopback addresses, where hosts answer differently.
TEST_F(UserNamespace, IsToldThatItMayHaveTooFewNetworks) {
  HeldFleet fleet("local", 2, [] {
    if (unshare(CLONE_NEWUSER) != 0) _exit(124);
    Write("/proc/self/setgroups", "deny");
    Write("/proc/self/uid_map", "0 0 1");
    Write("/proc/self/gid_map", "0 0 1");
    Write("/proc/sys/user/max_net_namespaces", "1");
  });
  EXPECT_THAT(fleet.ReadLine(), AllOf(HasSubstr("RESOURCE_EXHAUSTED: no host for client"),
                                      HasSubstr("raise the sysctl user.max_net_namespaces")));
}

// A user namespace that has as many below it as it may: none.
TEST_F(UserNamespace, IsToldThatThereMayBeNoneBelow) {
  for (const char* kind : {"local", "loopback"}) {
    HeldFleet fleet(kind, 2, [] {
      if (unshare(CLONE_NEWUSER) != 0) _exit(124);
      Write("/proc/sys/user/max_user_namespaces", "0");  // of the new one
    });
    const bool local = std::string(kind) == "local";
    EXPECT_THAT(fleet.ReadLine(),
                local ? HasSubstr("PERMISSION_DENIED: a user namespace cannot") : HasSubstr("up "));
  }
}

}  // namespace
}  // namespace balcony::fleet
