#include "tests/fleet/held_fleet.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace balcony::fleet {
namespace {

constexpr absl::Duration kLimit = absl::Seconds(20);

}  // namespace

std::filesystem::path& HolderFolder() {
  static auto* const kFolder =
      new std::filesystem::path(std::filesystem::read_symlink("/proc/self/exe").parent_path());
  return *kFolder;
}

HeldFleet::HeldFleet(const std::string& kind, int hosts, const std::function<void()>& before)
    : mark_(NewMark()) {
  int input[2] = {-1, -1};
  int output[2] = {-1, -1};
  EXPECT_EQ(pipe2(input, O_CLOEXEC), 0);
  EXPECT_EQ(pipe2(output, O_CLOEXEC), 0);
  const std::string program = HolderFolder() / "fleet_holder";
  const std::string number = std::to_string(hosts);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(input[0], STDIN_FILENO);
    dup2(output[1], STDOUT_FILENO);
    putenv(mark_.data());
    before();
    execl(program.c_str(), "fleet_holder", kind.c_str(), number.c_str(), nullptr);
    _exit(127);
  }
  close(input[0]);
  close(output[1]);
  input_.Reset(input[1]);
  output_.Reset(output[0]);
}

HeldFleet::~HeldFleet() { Kill(); }

void HeldFleet::Kill() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void HeldFleet::WaitForOutput(absl::Duration limit) {
  pollfd readable{.fd = output_.get(), .events = POLLIN, .revents = 0};
  poll(&readable, 1, static_cast<int>(absl::ToInt64Milliseconds(limit)));
}

std::string HeldFleet::ReadLine() {
  std::string line;
  while (true) {
    pollfd readable{.fd = output_.get(), .events = POLLIN, .revents = 0};
    char byte = 0;
    if (poll(&readable, 1, static_cast<int>(absl::ToInt64Milliseconds(kLimit))) != 1) return "";
    if (read(output_.get(), &byte, 1) != 1) return "";
    if (byte == '\n') return line;
    line += byte;
  }
}

std::vector<pid_t> HeldFleet::Processes() const { return ProcessesWith(mark_); }

std::string NewMark() {
  static std::atomic<int> count = 0;
  return absl::StrCat("BALCONY_TEST=", getpid(), "-", ++count);
}

std::vector<pid_t> ProcessesWith(const std::string& variable) {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    pid_t pid = 0;
    if (!absl::SimpleAtoi(entry.path().filename().string(), &pid)) continue;
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string environment{std::istreambuf_iterator<char>(file), {}};
    if (absl::StrCat(environment).find(variable + '\0') != std::string::npos) found.push_back(pid);
  }
  return found;
}

bool HeldFleet::IsGone() const {
  const absl::Time give_up = absl::Now() + kLimit;
  while (!Processes().empty()) {
    if (absl::Now() > give_up) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace balcony::fleet
