#include "controller/fleet/nursery.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controller/fleet/nursery_process.h"
#include "controller/fleet/refusal.h"
#include "controller/wire/thread.h"

namespace balcony::fleet {
namespace {

constexpr absl::string_view kRemedy =
    "run as root, or allow this user namespaces: sysctl user.max_user_namespaces";
constexpr size_t kFdsBeforeTaps = 3;  // the stream, standard error, the pidfd

// A fork into new namespaces: like fork(2) the child goes on with a copy of all memory. Not clone3,
// which some containers' filters answer with ENOSYS.
pid_t Clone(uint64_t flags) {
  return static_cast<pid_t>(
      syscall(SYS_clone, flags | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

// A host costs a controller up to six descriptors: the soft limit of 1024 is for programs that use
// select(2).
void AllowManyFds() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// A limit of none, or one that others have used up, is the usual way to forbid them.
absl::Status NoUserNamespace(int error) {
  constexpr absl::string_view kWhat = "a user namespace cannot be made";
  if (error != ENOSPC && error != EUSERS) return Refused(error, kWhat, kRemedy);
  return absl::PermissionDeniedError(
      absl::StrCat(kWhat, ": ", strerrordesc_np(error), " (", kRemedy, ")"));
}

// The superuser needs no user namespace; where even that is forbidden the nursery only starts
// agents.
pid_t StartProcess(int socket, int null) {
  const Owner owner{geteuid(), getegid()};
  pid_t pid = Clone(CLONE_NEWPID);
  if (pid == 0) ServeNursery(socket, null, std::nullopt, absl::OkStatus());
  if (pid > 0) return pid;
  pid = Clone(CLONE_NEWPID | CLONE_NEWUSER);
  if (pid == 0) ServeNursery(socket, null, owner, absl::OkStatus());
  if (pid > 0) return pid;
  const absl::Status isolation = NoUserNamespace(errno);
  pid = fork();
  if (pid == 0) ServeNursery(socket, null, std::nullopt, isolation);
  return pid;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Nursery>> Nursery::Start() {
  AllowManyFds();
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    return absl::ErrnoToStatus(errno, "the nursery has no socket");
  }
  wire::Fd ours(ends[0]);
  const wire::Fd theirs(ends[1]);
  const wire::Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null.valid()) return absl::ErrnoToStatus(errno, "/dev/null, which agents need, is missing");
  const pid_t pid = StartProcess(theirs.get(), null.get());
  if (pid < 0) return Refused(errno, "no process for the nursery", "");
  return std::unique_ptr<Nursery>(new Nursery(pid, std::move(ours)));
}

Nursery::~Nursery() {
  kill(pid_, SIGKILL);
  std::thread listener;
  {
    wire::MutexLock lock(mutex_);
    listener = std::move(listener_);
  }
  if (listener.joinable()) {
    listener.join();  // reaps it
  } else {
    waitpid(pid_, nullptr, 0);
  }
}

std::future<absl::StatusOr<Newborn>> Nursery::Raise(RaiseRequest plan) {
  Birth birth;
  std::future<absl::StatusOr<Newborn>> newborn = birth.get_future();
  {
    wire::MutexLock lock(mutex_);
    if (!epitaph_.empty()) {
      birth.set_value(absl::UnavailableError(epitaph_));
      return newborn;
    }
    if (absl::Status heard = HaveListener(); !heard.ok()) {
      birth.set_value(std::move(heard));
      return newborn;
    }
    plan.set_child(++last_child_);
    births_.emplace(plan.child(), std::move(birth));
  }
  // Not under the mutex: the nursery may have to be heard before it listens again. Where it is gone
  // Bury tells.
  const absl::Status sent = SendPacket(socket_.get(), plan.SerializeAsString(), {});
  if (!sent.ok() && !absl::IsUnavailable(sent)) {
    wire::MutexLock lock(mutex_);
    const auto unborn = births_.find(plan.child());
    if (unborn != births_.end()) {
      unborn->second.set_value(sent);
      births_.erase(unborn);
    }
  }
  return newborn;
}

absl::Status Nursery::HaveListener() {
  if (listener_.joinable()) return absl::OkStatus();
  absl::StatusOr<std::thread> listener = wire::StartThread([this] { Listen(); });
  if (!listener.ok()) return listener.status();
  listener_ = *std::move(listener);
  return absl::OkStatus();
}

void Nursery::Listen() {
  while (std::optional<Packet> packet = ReceivePacket(socket_.get())) Hear(*std::move(packet));
  Bury();
}

void Nursery::Hear(Packet packet) {
  Report report;
  if (!report.ParseFromString(packet.message)) return;
  wire::MutexLock lock(mutex_);
  if (report.has_raised()) {
    HearRaised(report.child(), std::move(packet));
  } else if (report.has_failed()) {
    const auto birth = births_.find(report.child());
    if (birth == births_.end()) return;
    birth->second.set_value(absl::Status(static_cast<absl::StatusCode>(report.failed().code()),
                                         report.failed().message()));
    births_.erase(birth);
  } else {
    HearEnded(report.child(), DescribeWaitStatus(report.ended()));
  }
}

void Nursery::HearRaised(uint64_t child, Packet packet) {
  const auto birth = births_.find(child);
  if (birth == births_.end()) return;
  if (packet.fds.size() < kFdsBeforeTaps) {
    birth->second.set_value(absl::ResourceExhaustedError(
        "descriptors of an agent were lost on their way: raise ulimit -n"));
  } else {
    Newborn newborn;
    newborn.stream = std::move(packet.fds[0]);
    newborn.process = std::make_shared<Process>(std::move(packet.fds[2]), std::move(packet.fds[1]));
    std::move(packet.fds.begin() + kFdsBeforeTaps, packet.fds.end(),
              std::back_inserter(newborn.taps));
    children_.emplace(child, newborn.process);
    birth->second.set_value(std::move(newborn));
  }
  births_.erase(birth);
}

void Nursery::HearEnded(uint64_t child, const std::string& how) {
  if (const auto birth = births_.find(child); birth != births_.end()) {
    birth->second.set_value(
        absl::UnavailableError(absl::StrCat("its process ended too early: ", how)));
    births_.erase(birth);
  }
  const auto living = children_.find(child);
  if (living == children_.end()) return;
  if (const std::shared_ptr<Process> process = living->second.lock()) process->TellEnded(how);
  children_.erase(living);
}

void Nursery::Bury() {
  int status = 0;
  const bool reaped = waitpid(pid_, &status, 0) == pid_;
  wire::MutexLock lock(mutex_);
  epitaph_ = "the nursery of this run has ended";
  if (reaped) {
    absl::StrAppend(&epitaph_, ": it ", WIFSIGNALED(status) ? "was " : "",
                    DescribeWaitStatus(status));
  }
  while (!births_.empty()) HearEnded(births_.begin()->first, epitaph_);
  while (!children_.empty()) {
    HearEnded(children_.begin()->first, absl::StrCat("ended: ", epitaph_));
  }
}

}  // namespace balcony::fleet
