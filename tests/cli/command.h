// Commands in a folder of their own, and what they say.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace balcony::cli {

class CommandTest : public testing::Test {
 protected:
  CommandTest() {
    std::string name = testing::TempDir() + "command-XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~CommandTest() override { std::filesystem::remove_all(folder_); }

  // What a command in the folder said on both its outputs; `status_` is its exit code.
  std::string Run(const std::string& command) {
    FILE* pipe = popen(("cd " + folder_ + " && { " + command + "; } 2>&1").c_str(), "r");
    std::string said;
    for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) said += static_cast<char>(c);
    status_ = WEXITSTATUS(pclose(pipe));
    return said;
  }

  std::string folder_;
  int status_ = -1;
};

}  // namespace balcony::cli
