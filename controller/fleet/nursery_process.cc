#include "controller/fleet/nursery_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controller/fleet/cradle.h"
#include "controller/fleet/nursery.pb.h"
#include "controller/fleet/packet.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {
namespace {

absl::Status WriteOwn(const char* file, absl::string_view content) {
  const wire::Fd opened(open(file, O_WRONLY | O_CLOEXEC));
  if (opened.valid() && write(opened.get(), content.data(), content.size()) >= 0) {
    return absl::OkStatus();
  }
  return absl::PermissionDeniedError(
      absl::StrCat("a user namespace cannot be used: ", file, ": ", strerrordesc_np(errno)));
}

absl::Status BecomeSuperuser(const Owner& owner) {
  absl::Status done = WriteOwn("/proc/self/setgroups", "deny");
  if (done.ok()) done = WriteOwn("/proc/self/uid_map", absl::StrCat("0 ", owner.uid, " 1"));
  if (done.ok()) done = WriteOwn("/proc/self/gid_map", absl::StrCat("0 ", owner.gid, " 1"));
  return done;
}

// Keeps nothing of the controller's: no terminal, no directory, no descriptor that somebody waits
// for the end of.
void LetGo(int socket, int null) {
  setsid();  // an interrupt typed at the terminal is for the controller
  if (chdir("/") != 0) _exit(1);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) dup2(null, fd);
  const auto kept = static_cast<unsigned>(socket);
  if (kept > 3) close_range(3, kept - 1, 0);
  close_range(kept + 1, ~0U, 0);
}

wire::Fd WatchChildren() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGCHLD, SIG_DFL);  // an ignored one would reap by itself
  return wire::Fd(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

class Loop {
 public:
  Loop(int socket, absl::Status isolation)
      : socket_(socket), isolation_(std::move(isolation)), children_ended_(WatchChildren()) {}

  void Run() {
    pollfd watched[] = {{socket_, POLLIN, 0}, {children_ended_.get(), POLLIN, 0}};
    while (true) {
      if (poll(watched, 2, -1) < 0 && errno != EINTR) return;
      if (watched[1].revents != 0) Reap();
      if (watched[0].revents != 0 && !Serve()) return;
    }
  }

 private:
  bool Serve() {
    const std::optional<Packet> packet = ReceivePacket(socket_);
    RaiseRequest request;
    if (!packet.has_value() || !request.ParseFromString(packet->message)) return false;
    const pid_t self = getpid();
    const pid_t child = fork();
    if (child == 0) GrowUp(socket_, self, request, isolation_);
    if (child > 0) {
      children_.emplace(child, request.child());
      return true;
    }
    Report report;
    report.set_child(request.child());
    report.mutable_failed()->set_code(static_cast<int>(absl::StatusCode::kResourceExhausted));
    report.mutable_failed()->set_message(
        absl::StrCat("no process for an agent: ", strerrordesc_np(errno),
                     " (raise ulimit -u or the pids limit)"));
    return SendPacket(socket_, report.SerializeAsString(), {}).ok();
  }

  void Reap() {
    signalfd_siginfo drained;
    while (read(children_ended_.get(), &drained, sizeof(drained)) > 0) {
    }
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto child = children_.find(pid);
      if (child == children_.end()) continue;
      Report report;
      report.set_child(child->second);
      report.set_ended(status);
      children_.erase(child);
      // Where nobody listens any more the next poll says so.
      SendPacket(socket_, report.SerializeAsString(), {}).IgnoreError();
    }
  }

  const int socket_;
  const absl::Status isolation_;
  const wire::Fd children_ended_;
  std::map<pid_t, uint64_t> children_;
};

}  // namespace

void ServeNursery(int socket, int null, std::optional<Owner> new_owner, absl::Status isolation) {
  prctl(PR_SET_NAME, "balcony-nursery");
  if (new_owner.has_value()) isolation = BecomeSuperuser(*new_owner);
  LetGo(socket, null);
  prctl(PR_SET_PDEATHSIG,
        SIGKILL);  // a controller that died before this line shows as the socket's end
  Loop(socket, std::move(isolation)).Run();
  _exit(0);
}

}  // namespace balcony::fleet
