#include "controller/hosts/reaching.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controller/fleet/casting.h"
#include "controller/fleet/given.h"
#include "controller/hosts/kept.h"
#include "controller/wire/thread.h"

namespace balcony::hosts {
namespace {

namespace fs = std::filesystem;

// More at once, and sshd drops some.
constexpr size_t kAtOnce = 4;

constexpr char kNotTried[] = "not tried, because another host failed";

// The same came of all of them.
Reached All(size_t count, const absl::Status& status) {
  Reached reached;
  for (size_t i = 0; i < count; ++i) reached.emplace_back(status);
  return reached;
}

// Which of its host's addresses a dialled agent is spoken with at: the one with a connection at the
// port that was dialled. Empty where there is none, or it is on this machine.
std::string LoginAddress(fleet::AgentLink& agent, const std::string& where) {
  uint32_t port = 0;
  if (!absl::SimpleAtoi(where.substr(where.rfind(':') + 1), &port)) return "";
  v1::Call call;
  call.mutable_sockets()->set_transport(v1::TRANSPORT_TCP);
  call.mutable_sockets()->set_state(v1::STATE_ESTABLISHED);
  const auto done = fleet::Ask(agent, std::move(call));
  if (!done.ok()) return "";
  for (const v1::SocketEntry& entry : done->sockets().sockets()) {
    if (entry.local().port() == port && !fleet::IsOfOneLink(entry.local().address())) {
      return entry.local().address();
    }
  }
  return "";
}

// An agent that is there already.
absl::StatusOr<MovedIn> Join(const std::string& host, const Place& place) {
  absl::StatusOr<fleet::GivenStream> stream = fleet::ReachGiven(place.agent, place.tls);
  if (!stream.ok()) return stream.status();
  std::shared_ptr<fleet::Process> process = stream->process;
  auto agent = fleet::JoinGiven(host, *std::move(stream));
  if (!agent.ok()) return agent.status();
  const std::string address = process == nullptr ? LoginAddress(**agent, place.agent) : "";
  return MovedIn{std::move(process), *std::move(agent), "", "", address};
}

}  // namespace

absl::Status Named(const std::string& host, const absl::Status& status) {
  const std::string name = absl::StrCat(host, ": ");
  if (absl::StartsWith(status.message(), name)) return status;
  return absl::Status(status.code(), absl::StrCat(name, status.message()));
}

fleet::Stage StageOf(const Places& places, const std::vector<std::string>& names,
                     const Reached& reached) {
  fleet::Stage stage;
  for (size_t i = 0; i < names.size(); ++i) {
    if (!reached[i].ok() || reached[i]->login_address.empty()) continue;
    stage.login_of[names[i]] = reached[i]->login_address;
  }
  stage.spare_login = true;
  for (const auto& [host, place] : places) {
    if (!place.data.empty()) stage.data_of[host] = place.data;
  }
  return stage;
}

absl::StatusOr<std::shared_ptr<const Logins>> Logins::Make(const Places& places) {
  const auto made = std::make_shared<Logins>();
  std::string fleet;
  for (const auto& [host, place] : places) absl::StrAppend(&fleet, host, "=", place.ssh, "\n");
  const fs::path folder = fs::path(OwnFolder()) / "known_hosts";
  made->known_hosts_ = (folder / KeyOf(fleet)).string();
  std::error_code ignored;  // ssh says what it cannot write
  fs::create_directories(folder, ignored);
  for (const auto& [host, place] : places) {
    const absl::Status can =
        place.ssh.empty() ? fleet::CheckGiven(place.agent, place.tls) : made->Add(host, place);
    if (!can.ok()) return Named(host, can);
  }
  return made;
}

absl::Status Logins::Add(const std::string& host, const Place& place) {
  absl::StatusOr<SshLine> ssh = ParseSshLine(place.ssh, Home());
  if (!ssh.ok()) return ssh.status();
  absl::StatusOr<std::string> config = ConfigurationFor(ssh->config);
  if (!config.ok()) return config.status();
  logins_.emplace(host, Login(*std::move(ssh), *config, ControlPathOf(place)));
  return absl::OkStatus();
}

absl::StatusOr<std::string> Logins::ConfigurationFor(const std::string& config) {
  wire::Fd& file = files_[config];
  if (!file.valid()) {
    std::error_code error;
    const std::string absolute = config.empty() ? "" : fs::absolute(config, error).string();
    if (!absolute.empty() && !fs::exists(absolute, error)) {
      return absl::InvalidArgumentError(absl::StrCat("-F ", config, ": there is no such file"));
    }
    file = fleet::ReadableText(ConfigText(absolute, known_hosts_));
    if (!file.valid()) return absl::ResourceExhaustedError("no descriptor for a configuration");
  }
  return absl::StrCat("/proc/", getpid(), "/fd/", file.get());
}

const Login* Logins::Find(const std::string& host) const {
  const auto login = logins_.find(host);
  return login == logins_.end() ? nullptr : &login->second;
}

absl::Status ForEach(size_t count, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  absl::Status started;
  for (size_t i = 0; i < std::min(count, kAtOnce) && started.ok(); ++i) {
    absl::StatusOr<std::thread> thread = wire::StartThread([&] {
      for (size_t mine = next++; mine < count; mine = next++) work(mine);
    });
    started = thread.status();
    if (thread.ok()) threads.push_back(*std::move(thread));
  }
  for (std::thread& thread : threads) thread.join();
  return threads.empty() ? started : absl::OkStatus();
}

Reached Reach(const std::vector<std::string>& names, const Places& places, const Logins& logins,
              const Manner& manner, int interruption) {
  const bool any_login = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return logins.Find(name) != nullptr;
  });
  const absl::StatusOr<AgentFile> agent = any_login ? FindAgent() : AgentFile();
  if (!agent.ok()) return All(names.size(), agent.status());
  Reached reached = All(names.size(), absl::AbortedError(kNotTried));
  std::atomic<bool> failed = false;
  const absl::Status went = ForEach(names.size(), [&](size_t i) {
    if (manner.stops && failed) return;
    const Login* const login = logins.Find(names[i]);
    const Place& place = places.at(names[i]);
    reached[i] = login == nullptr
                     ? Join(names[i], place)
                     : MoveIn(names[i], *login, place, *agent, manner.keeps, interruption);
    if (!reached[i].ok()) failed = true;
  });
  if (!went.ok()) return All(names.size(), went);
  return reached;
}

bool IsNotTried(const absl::Status& status) { return status.message() == kNotTried; }

}  // namespace balcony::hosts
