// `balcony check`, on files and on folders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/cli/command.h"

namespace balcony::cli {
namespace {

using testing::HasSubstr;

class CheckTest : public CommandTest {
 protected:
  void Write(const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder_ + "/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::string Check(const std::string& arguments) { return Run(BALCONY " check " + arguments); }
};

TEST_F(CheckTest, CountsStepsAndHosts) {
  Write("one.balcony", "host a\na> n = len(\"x\")\n");
  Write("two.balcony", "host a\nhost b\n*> n = len(\"x\")\n*> m = len(\"x\")\n");
  EXPECT_EQ(Check("one.balcony two.balcony"),
            "# one.balcony: 1 step on 1 host, nothing wrong\n"
            "# two.balcony: 2 steps on 2 hosts, nothing wrong\n");
  EXPECT_EQ(status_, 0);
}

TEST_F(CheckTest, OfAFolderGoesOnBehindAFileThatCannotBeRead) {
  Write("labs/a.balcony", std::string(5 << 20, '#'));
  Write("labs/b.balcony", "host a\na> n = len(\"x\")\n");
  std::filesystem::create_symlink("nowhere", folder_ + "/labs/c.md");
  Write("labs/d.balcony", "host a\nb> n = len(\"x\")\n");
  const std::string said = Check("labs");
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(said, HasSubstr("balcony: labs/a.balcony: over 4 MiB, which is no experiment"));
  EXPECT_THAT(said, HasSubstr("# labs/b.balcony: 1 step on 1 host, nothing wrong"));
  EXPECT_THAT(said, HasSubstr("balcony: labs/c.md: No such file or directory"));
  EXPECT_THAT(said, HasSubstr("labs/d.balcony:2:1: unknown host b"));
}

TEST_F(CheckTest, OfAFolderGoesOnBehindAFolderThatCannotBeRead) {
  Write("labs/a/a.balcony", "host a\na> n = len(\"x\")\n");
  Write("labs/b/b.balcony", "");
  chmod((folder_ + "/labs/b").c_str(), 0);
  chmod(folder_.c_str(), 0755);
  std::filesystem::copy_file(BALCONY,
                             folder_ + "/balcony");  // it may lie where its owner alone is let in
  // The superuser reads what is closed to all.
  const std::string as_nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups ";
  const std::string said = Run((geteuid() == 0 ? as_nobody : "") + "./balcony check labs");
  EXPECT_EQ(status_, 2);
  EXPECT_THAT(said, HasSubstr("balcony: labs/b: Permission denied"));
  EXPECT_THAT(said, HasSubstr("# labs/a/a.balcony: 1 step on 1 host, nothing wrong"));
  chmod((folder_ + "/labs/b").c_str(), 0700);
}

}  // namespace
}  // namespace balcony::cli
