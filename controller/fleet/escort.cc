#include "controller/fleet/escort.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>

namespace balcony::fleet {
namespace {

constexpr int kNotStarted = 126 << 8;   // a status of waitpid(2), as a shell gives it
constexpr time_t kPatienceSeconds = 3;  // with what cannot be killed: sudo, a stuck file system
constexpr timespec kKillInterval{.tv_sec = 0, .tv_nsec = 10'000'000};

sigset_t JustSigchld() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  return signals;
}

[[noreturn]] void Become(const char* command, int stream, int words) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // should the escort itself be killed
  signal(SIGPIPE, SIG_DFL);
  dup2(stream, STDIN_FILENO);
  dup2(stream, STDOUT_FILENO);
  dup2(words, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execl("/bin/sh", "sh", "-c", command, nullptr);
  _exit(127);
}

// Reaps all that have ended, and tells of the command. False if there is no child any more.
bool Reap(pid_t command, int leash) {
  int status = 0;
  pid_t ended = 0;
  while ((ended = waitpid(-1, &status, WNOHANG)) > 0) {
    if (ended == command) send(leash, &status, sizeof(status), MSG_NOSIGNAL);
  }
  return ended == 0;
}

// False where this kernel does not tell who they are.
bool KillChildren() {
  const int list = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (list < 0) return false;
  char text[4096];  // "17 18 "; what is cut off has its turn later
  const ssize_t size = read(list, text, sizeof(text));
  close(list);
  pid_t child = 0;
  for (ssize_t i = 0; i < size; ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      child = child * 10 + (text[i] - '0');
    } else if (child > 0) {
      kill(child, SIGKILL);  // nobody else: it is not reaped but by us
      child = 0;
    }
  }
  return size >= 0;
}

// A child's children become ours when it ends, so all of them do in the end.
void KillAll(pid_t command, int leash) {
  timespec start{};
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &start);
  const sigset_t child_ended = JustSigchld();
  while (Reap(command, leash) && now.tv_sec < start.tv_sec + kPatienceSeconds) {
    if (!KillChildren()) return;
    sigtimedwait(&child_ended, nullptr, &kKillInterval);
    clock_gettime(CLOCK_MONOTONIC, &now);
  }
}

// Goes on when the command ends before what it left in the background.
void Watch(pid_t command, int leash, int child_ended) {
  pollfd watched[] = {{leash, POLLIN, 0}, {child_ended, POLLIN, 0}};
  while (true) {
    poll(watched, 2, -1);
    if (watched[0].revents != 0) return KillAll(command, leash);
    signalfd_siginfo drained;
    while (read(child_ended, &drained, sizeof(drained)) > 0) {
    }
    if (!Reap(command, leash)) return;
  }
}

}  // namespace

void Escort(const char* command, int stream, int words, int leash) {
  sigset_t all;  // an interrupt typed at the terminal is for the controller and for the command
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, nullptr);
  signal(SIGCHLD, SIG_DFL);
  prctl(PR_SET_NAME, "balcony-escort");
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const sigset_t signals = JustSigchld();
  const int child_ended = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  const pid_t child = child_ended < 0 ? -1 : _Fork();
  if (child == 0) Become(command, stream, words);
  if (child < 0) {
    const char* const why = strerrordesc_np(errno);
    if (write(words, why, strlen(why)) < 0) _exit(1);
    send(leash, &kNotStarted, sizeof(kNotStarted), MSG_NOSIGNAL);
    _exit(0);
  }
  // Keeps nothing of the controller's: no directory, no descriptor whose end somebody waits for.
  dup2(leash, 0);
  dup2(child_ended, 1);
  close_range(2, ~0U, 0);
  if (chdir("/") != 0) _exit(0);
  Watch(child, 0, 1);
  _exit(0);
}

}  // namespace balcony::fleet
