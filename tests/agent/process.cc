#include "tests/agent/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

namespace balcony::agent {
namespace {

constexpr int kInherited = 7;

void Replace(const Fd& with, int descriptor) {
  if (with.ok()) dup2(with.get(), descriptor);
}

}  // namespace

std::pair<Fd, Fd> SocketPair() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

std::pair<Fd, Fd> Pipe() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

std::string ReadLine(int descriptor) {
  std::string line;
  char byte = 0;
  while (read(descriptor, &byte, 1) == 1 && byte != '\n') line += byte;
  return line;
}

std::string ReadListening(int log) {
  std::string line = ReadLine(log);
  while (line.find("waiting for a lock (flock)") != std::string::npos) line = ReadLine(log);
  return line;
}

std::string ReadAll(const Fd& from) {
  std::string all;
  char byte = 0;
  while (read(from.get(), &byte, 1) == 1) all += byte;
  return all;
}

Process::Process(const std::vector<std::string>& arguments, Streams streams) {
  std::vector<std::string> words = {BALCONY_AGENT};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  if (!streams.in.ok()) streams.in = Fd(open("/dev/null", O_RDONLY | O_CLOEXEC));
  // clone(2) as fork(2) does it.
  const uint64_t flags = SIGCHLD | (streams.first ? CLONE_NEWPID : 0);
  pid_ = static_cast<pid_t>(syscall(SYS_clone, flags, nullptr, nullptr, nullptr, nullptr));
  if (pid_ != 0) return;
  Replace(streams.in, STDIN_FILENO);
  Replace(streams.out, STDOUT_FILENO);
  Replace(streams.err, STDERR_FILENO);
  if (streams.fd.get() == kInherited) fcntl(kInherited, F_SETFD, 0);
  Replace(streams.fd, kInherited);
  const rlimit files{streams.descriptors, streams.descriptors};
  if (streams.descriptors > 0) setrlimit(RLIMIT_NOFILE, &files);
  if (streams.root.empty()) {
    execv(pointers[0], pointers.data());
  } else if (chroot(streams.root.c_str()) == 0 && chdir("/") == 0) {
    execv("/balcony-agent", pointers.data());
  }
  _exit(127);
}

Process::~Process() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

int Process::Wait() {
  int status = 0;
  EXPECT_GT(waitpid(std::exchange(pid_, -1), &status, 0), 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace balcony::agent
