#include "controller/fleet/cradle.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "controller/fleet/network.h"
#include "controller/fleet/packet.h"
#include "controller/fleet/process.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {
namespace {

// All that the agent and the controller need of each other.
struct Belongings {
  wire::Fd stream;        // the controller's end
  wire::Fd agent_stream;  // the agent's
  wire::Fd words;
  wire::Fd pidfd;
  std::vector<wire::Fd> taps;
};

absl::StatusOr<Belongings> Gather(const RaiseRequest& plan, const absl::Status& isolation) {
  Belongings all;
  if (plan.isolated()) {
    if (!isolation.ok()) return isolation;
    absl::StatusOr<std::vector<wire::Fd>> taps = EnterNetwork(plan);
    if (!taps.ok()) return taps.status();
    all.taps = *std::move(taps);
  }
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "socketpair");
  }
  all.stream.Reset(ends[0]);
  all.agent_stream.Reset(ends[1]);
  all.words.Reset(memfd_create("agent-stderr", MFD_CLOEXEC));
  if (!all.words.valid()) return absl::ErrnoToStatus(errno, "memfd_create");
  all.pidfd = OpenPidfd(getpid());
  if (!all.pidfd.valid()) return absl::ErrnoToStatus(errno, "pidfd_open");
  return all;
}

absl::Status Tell(int nursery_socket, uint64_t child, const absl::StatusOr<Belongings>& all) {
  Report report;
  report.set_child(child);
  std::vector<int> fds;
  if (all.ok()) {
    report.mutable_raised();
    fds = {all->stream.get(), all->words.get(), all->pidfd.get()};
    for (const wire::Fd& tap : all->taps) fds.push_back(tap.get());
  } else {
    report.mutable_failed()->set_code(static_cast<int>(all.status().code()));
    report.mutable_failed()->set_message(absl::StrCat(all.status().message()));
  }
  return SendPacket(nursery_socket, report.SerializeAsString(), fds);
}

[[noreturn]] void Become(const RaiseRequest& plan, const Belongings& all) {
  dup2(all.words.get(), STDOUT_FILENO);
  dup2(all.words.get(), STDERR_FILENO);
  fcntl(all.agent_stream.get(), F_SETFD, 0);  // the one descriptor that the agent inherits
  std::string number = std::to_string(all.agent_stream.get());
  std::string name = plan.program();
  std::string option = "--fd";
  std::string own = "--own-network";
  char* const arguments[] = {name.data(), option.data(), number.data(),
                             plan.isolated() ? own.data() : nullptr, nullptr};
  execv(name.c_str(), arguments);
  dprintf(STDERR_FILENO, "%s: %s\n", name.c_str(), strerrordesc_np(errno));
  _exit(127);
}

}  // namespace

void GrowUp(int nursery_socket, pid_t nursery, const RaiseRequest& plan,
            const absl::Status& isolation) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != nursery) _exit(0);  // it was gone before the line above
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);

  const absl::StatusOr<Belongings> all = Gather(plan, isolation);
  if (!Tell(nursery_socket, plan.child(), all).ok() || !all.ok()) _exit(0);
  Become(plan, *all);
}

}  // namespace balcony::fleet
