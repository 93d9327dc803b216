#include "controller/hosts/moving_in.h"

#include <openssl/evp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "controller/fleet/agent_program.h"
#include "controller/hosts/kept.h"
#include "controller/wire/fd.h"
#include "controller/wire/thread.h"

namespace balcony::hosts {
namespace {

constexpr absl::Duration kHello = absl::Seconds(30);  // there may be a passphrase to type
constexpr absl::Duration kAsk = absl::Seconds(30);
constexpr absl::Duration kCopy = absl::Minutes(10);
constexpr int kTries = 8;
constexpr absl::Duration kRetries = absl::Seconds(10);  // no try begins later
constexpr int kPauseMs = 300;
constexpr char kInterrupted[] = "interrupted before its agent was there";

// SHA-256 of a file, and its size.
absl::Status Sum(AgentFile& agent) {
  std::ifstream file(agent.path, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> sum(EVP_MD_CTX_new(),
                                                                    EVP_MD_CTX_free);
  EVP_DigestInit_ex(sum.get(), EVP_sha256(), nullptr);
  std::string part(1 << 16, '\0');
  while (file.read(part.data(), static_cast<std::streamsize>(part.size())) || file.gcount() > 0) {
    const auto size = static_cast<size_t>(file.gcount());
    EVP_DigestUpdate(sum.get(), part.data(), size);
    agent.size += size;
  }
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned length = 0;
  EVP_DigestFinal_ex(sum.get(), reinterpret_cast<unsigned char*>(digest.data()), &length);
  agent.sha256 = absl::BytesToHexString(digest.substr(0, length));
  if (agent.size > 0) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("cannot read ", agent.path));
}

// Waits a little, so that a busy host has less to do; false if interrupted meanwhile.
bool Pause(int interruption) {
  pollfd interrupted{.fd = interruption, .events = POLLIN, .revents = 0};
  return poll(&interrupted, 1, kPauseMs) == 0;
}

// How an agent is started at `program`, and how others are joined to it if it is to be kept.
struct Call {
  std::string start;
  std::string join;
};

Call CallOf(const std::string& program, bool sudo, bool keeps) {
  const std::string as = sudo ? "exec sudo -n --preserve-env=SSH_CONNECTION " : "exec ";
  Call call{absl::StrCat(as, program, " --stdio"), ""};
  if (!keeps) return call;
  // Root without its capabilities may not write to a folder of the user's.
  const std::string folder = sudo ? "/run/balcony-" : program.substr(0, program.rfind('/') + 1);
  const std::string path =
      absl::StrCat(folder, "kept-", getpid(), "-", absl::Hex(absl::ToUnixNanos(absl::Now())));
  return {absl::StrCat(call.start, " --listen unix:", path), absl::StrCat(call.start, "=", path)};
}

// While it lives, an interruption ends the process.
class Leash {
 public:
  Leash(std::shared_ptr<fleet::Process> process, int interruption)
      : over_(eventfd(0, EFD_CLOEXEC)) {
    auto thread = wire::StartThread([process = std::move(process), interruption, this] {
      pollfd events[] = {{interruption, POLLIN, 0}, {over_.get(), POLLIN, 0}};
      poll(events, std::size(events), -1);
      if (events[0].revents != 0) process->Kill();
    });
    if (thread.ok()) thread_ = *std::move(thread);  // without one a login is waited for
  }
  ~Leash() {
    eventfd_write(over_.get(), 1);
    if (thread_.joinable()) thread_.join();
  }
  Leash(const Leash&) = delete;
  Leash& operator=(const Leash&) = delete;

 private:
  const wire::Fd over_;
  std::thread thread_;
};

bool IsInterrupted(int interruption) {
  pollfd interrupted{.fd = interruption, .events = POLLIN, .revents = 0};
  return poll(&interrupted, 1, 0) == 1;
}

// One try, or how ssh ended.
absl::StatusOr<MovedIn> Start(const std::string& host, const Login& login, const Call& call,
                              int interruption) {
  absl::StatusOr<fleet::RunningCommand> running = login.Start(call.start, !call.join.empty());
  if (!running.ok()) return running.status();
  const Leash leash(running->process, interruption);
  auto link = fleet::AgentLink::Join(
      host, std::move(running->stream), true,
      [process = running->process] { return process->Obituary(); }, kHello);
  if (!link.ok()) {
    const std::string obituary = running->process->Obituary();
    if (IsOfSsh(obituary)) return absl::UnavailableError(absl::StrCat("ssh ", obituary));
    return link.status();
  }
  return MovedIn{std::move(running->process), *std::move(link), call.join};
}

// An agent of this version that is kept there.
absl::StatusOr<MovedIn> JoinKept(const std::string& host, const Login& login, const Place& place,
                                 const AgentFile& agent, int interruption) {
  const std::optional<Kept> kept = FindKept(place);
  if (!kept || kept->agent != NameOf(agent)) return absl::NotFoundError("none is kept");
  return Start(host, login, {kept->command, ""}, interruption);
}

// As any shell has it: the login's folder is where a command begins.
std::string Plain(const std::string& folder) {
  return absl::EndsWith(folder, "/.cache/balcony") ? ".cache/balcony" : folder;
}

// Puts the agent there, if it is not; gives its place.
absl::StatusOr<std::string> Settle(const Login& login, const AgentFile& agent, int interruption) {
  absl::StatusOr<std::string> seen = login.Ask(LookScript(agent), kAsk, interruption);
  if (!seen.ok()) return seen.status();
  absl::StatusOr<Lodging> lodging = ReadLook(*seen, agent);
  if (!lodging.ok()) return lodging.status();
  const std::string folder = Plain(lodging->folder);
  const std::string place = absl::StrCat(folder, "/", NameOf(agent));
  if (lodging->is_there) return place;
  const std::string part =
      absl::StrCat("part-", getpid(), "-", absl::Hex(absl::ToUnixNanos(absl::Now())));
  const absl::Status put =
      login.Put(agent.path, agent.size, absl::StrCat(folder, "/", part), kCopy, interruption);
  absl::StatusOr<std::string> moved = login.Ask(MoveScript(*lodging, part, agent), kAsk);
  if (!moved.ok()) {
    const absl::Status& why = put.ok() ? moved.status() : put;
    return absl::Status(why.code(),
                        absl::StrCat("while the agent was copied there: ", why.message()));
  }
  if (absl::Status read = ReadMove(*moved); !read.ok()) {
    return put.ok() ? read
                    : absl::Status(put.code(), absl::StrCat(read.message(), "; ", put.message()));
  }
  return place;
}

// Why a host was not moved into, with a remedy where there is one.
absl::Status Explained(const Place& place, const absl::Status& status) {
  if (!place.sudo || !absl::StrContains(status.message(), "sudo")) return status;
  return absl::Status(status.code(),
                      absl::StrCat(status.message(),
                                   "; `sudo: true` is for hosts where sudo asks for no password:"
                                   " without it what takes a capability answers EPERM"));
}

}  // namespace

absl::StatusOr<AgentFile> FindAgent() {
  absl::StatusOr<std::string> program = fleet::FindAgentProgram();
  if (!program.ok()) return program.status();
  AgentFile agent;
  agent.path = *program;
  utsname name{};
  uname(&name);
  agent.machine = name.machine;
  if (absl::Status summed = Sum(agent); !summed.ok()) return summed;
  return agent;
}

absl::StatusOr<MovedIn> MoveIn(const std::string& host, const Login& login, const Place& place,
                               const AgentFile& agent, bool keeps, int interruption) {
  if (!keeps) {
    absl::StatusOr<MovedIn> joined = JoinKept(host, login, place, agent, interruption);
    if (joined.ok()) return joined;
  }
  std::string program = UsualPlace(agent);
  bool settled = false;
  absl::Time give_up = absl::Now() + kRetries;
  for (int tries = 1;; ++tries) {
    absl::StatusOr<MovedIn> started =
        Start(host, login, CallOf(program, place.sudo, keeps), interruption);
    if (started.ok()) {
      started->file = NameOf(agent);
      return started;
    }
    absl::Status status = started.status();
    const std::string said(status.message());
    if (!settled && !IsBusy(said) && !IsOfSsh(said)) {
      absl::StatusOr<std::string> there = Settle(login, agent, interruption);
      if (there.ok()) {
        program = *std::move(there);
        settled = true;
        give_up = absl::Now() + kRetries;
        continue;
      }
      status = there.status();
    }
    if (IsInterrupted(interruption)) return absl::CancelledError(kInterrupted);
    const bool busy = IsBusy(std::string(status.message()));
    if (!busy || tries == kTries || absl::Now() > give_up) return Explained(place, status);
    if (!Pause(interruption)) {
      return absl::CancelledError(kInterrupted);
    }
  }
}

}  // namespace balcony::hosts
