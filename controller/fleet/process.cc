#include "controller/fleet/process.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace balcony::fleet {
namespace {

constexpr absl::Duration kMoment =
    absl::Milliseconds(300);  // a stream ends a little before its process
constexpr off_t kLastWordsBytes = 600;
constexpr size_t kLastWordsLines = 3;

// The letter of proc(5): 'T' is stopped.
char StateOf(int pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(") ");
  return name_end == std::string::npos || name_end + 2 >= line.size() ? '?' : line[name_end + 2];
}

// Whether it, or one that comes from it, is stopped.
bool IsStopped(int pid) {
  if (StateOf(pid) == 'T') return true;
  std::error_code ended;
  for (const auto& thread :
       std::filesystem::directory_iterator(absl::StrCat("/proc/", pid, "/task"), ended)) {
    std::ifstream children(thread.path() / "children");
    for (int child = 0; children >> child;) {
      if (IsStopped(child)) return true;
    }
  }
  return false;
}

}  // namespace

Process::Process(wire::Fd pidfd, wire::Fd words)
    : pidfd_(std::move(pidfd)), words_(std::move(words)) {}

Process::~Process() { Process::Kill(); }

void Process::Kill() { syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGKILL, nullptr, 0); }

bool Process::WaitUntilEnded(absl::Duration limit) {
  const auto give_up = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(limit);
  wire::MutexLock lock(mutex_);
  while (how_.empty()) {
    if (!lock.WaitUntil(ended_, give_up)) return !how_.empty();
  }
  return true;
}

std::string Process::Obituary() {
  WaitUntilEnded(kMoment);
  std::string how;
  {
    wire::MutexLock lock(mutex_);
    how = how_;
  }
  if (how.empty() && IsStopped(pid())) how = "its process is stopped";
  const std::string words = LastWords();
  if (words.empty()) return how;
  return absl::StrCat(how, how.empty() ? "" : "; ", "it said: ", words);
}

int Process::pid() const {
  std::ifstream info(absl::StrCat("/proc/self/fdinfo/", pidfd_.get()));
  std::string line;
  while (std::getline(info, line)) {
    absl::string_view number = line;
    int pid = -1;
    if (absl::ConsumePrefix(&number, "Pid:") && absl::SimpleAtoi(number, &pid)) return pid;
  }
  return -1;
}

bool Process::succeeded() {
  wire::MutexLock lock(mutex_);
  return succeeded_;
}

void Process::TellEnded(std::string how, bool succeeded) {
  wire::MutexLock lock(mutex_);
  how_ = std::move(how);
  succeeded_ = succeeded;
  ended_.notify_all();
}

std::string Process::LastWords() const {
  struct stat status {};
  if (fstat(words_.get(), &status) != 0) return "";
  std::string text(static_cast<size_t>(kLastWordsBytes), '\0');
  const off_t from = std::max<off_t>(0, status.st_size - kLastWordsBytes);
  const ssize_t size = pread(words_.get(), text.data(), text.size(), from);
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  if (from > 0 && lines.size() > 1) lines.erase(lines.begin());  // most likely not a whole one
  if (lines.size() > kLastWordsLines) lines.erase(lines.begin(), lines.end() - kLastWordsLines);
  return absl::StrJoin(lines, " | ");
}

wire::Fd OpenPidfd(pid_t pid) {
  return wire::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

std::string DescribeWaitStatus(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return absl::StrCat("killed by signal ", number, " (", sigdescr_np(number), ")");
  }
  return absl::StrCat("exited with status ", WEXITSTATUS(status));
}

}  // namespace balcony::fleet
