#include "controller/hosts/ssh_fleet.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/fleet/needs.h"
#include "controller/fleet/parts.h"
#include "controller/hosts/moving_in.h"
#include "controller/wire/fd.h"
#include "controller/wire/thread.h"

namespace balcony::hosts {
namespace {

namespace fs = std::filesystem;

// More at once, and sshd drops some (sshd_config(5), MaxStartups).
constexpr size_t kAtOnce = 4;

std::string Home() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here sets variables
  const char* const home = getenv("HOME");
  return home == nullptr ? "" : home;
}

// About one host, with it in front.
absl::Status Named(const std::string& host, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(host, ": ", status.message()));
}

// ssh's configurations of this run. They are in no folder, and so gone with the run, however it
// ends: ssh, and the ssh that it starts to a jump host, read them through /proc while we are there.
class Configuration {
 public:
  // The same hosts, by the same lines, have the same file of known keys.
  explicit Configuration(const Places& places);

  // The file for a line whose own is `config`.
  absl::StatusOr<std::string> For(const std::string& config);

 private:
  std::string known_hosts_;
  std::map<std::string, wire::Fd> files_;
};

Configuration::Configuration(const Places& places) {
  std::string fleet;
  for (const auto& [host, place] : places) absl::StrAppend(&fleet, host, "=", place.ssh, "\n");
  const fs::path folder = fs::path(Home()) / ".cache/balcony/known_hosts";
  std::error_code ignored;  // ssh says what it cannot write
  fs::create_directories(folder, ignored);
  known_hosts_ = (folder / absl::StrCat(absl::Hex(std::hash<std::string>()(fleet)))).string();
}

absl::StatusOr<std::string> Configuration::For(const std::string& config) {
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

// Runs `work` for each number below `count`, some at a time.
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

absl::StatusOr<std::vector<Login>> LoginsFor(const script::Topology& topology, const Places& places,
                                             Configuration& configuration) {
  std::vector<Login> logins;
  for (const script::Host& host : topology.hosts) {
    absl::StatusOr<SshLine> ssh = ParseSshLine(places.at(host.name).ssh, Home());
    if (!ssh.ok()) return Named(host.name, ssh.status());
    absl::StatusOr<std::string> config = configuration.For(ssh->config);
    if (!config.ok()) return Named(host.name, config.status());
    logins.emplace_back(*std::move(ssh), *config);
  }
  return logins;
}

absl::Status LogIn(const script::Topology& topology, const std::vector<Login>& logins,
                   int interruption, fleet::Fleet& fleet) {
  absl::StatusOr<AgentFile> agent = FindAgent();
  if (!agent.ok()) return agent.status();
  std::vector<absl::StatusOr<MovedIn>> moved(logins.size());  // kUnknown: not tried
  std::atomic<bool> failed = false;
  const absl::Status went = ForEach(logins.size(), [&](size_t i) {
    if (failed) return;
    moved[i] = MoveIn(topology.hosts[i].name, logins[i], *agent, interruption);
    if (!moved[i].ok()) failed = true;
  });
  if (!went.ok()) return went;
  for (size_t i = 0; i < moved.size(); ++i) {
    if (!moved[i].ok() && moved[i].status().code() != absl::StatusCode::kUnknown) {
      return Named(topology.hosts[i].name, moved[i].status());
    }
  }
  for (size_t i = 0; i < moved.size(); ++i) {
    fleet.processes.push_back(std::move(moved[i]->process));
    fleet.hosts.push_back({topology.hosts[i].name, {}, std::move(moved[i]->agent)});
  }
  return absl::OkStatus();
}

// Whether the lines are such, and one is for each host of the file.
absl::Status CheckPlaces(const script::Topology& topology, const Places& places) {
  for (const auto& [host, place] : places) {
    if (absl::Status plain = ParseSshLine(place.ssh, Home()).status(); !plain.ok()) {
      return Named(host, plain);
    }
  }
  std::vector<std::string> without;
  for (const script::Host& host : topology.hosts) {
    if (!places.contains(host.name)) without.push_back(host.name);
  }
  if (without.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("nothing is said of how ", absl::StrJoin(without, ", "), " is reached; --host ",
                   without.front(), "='ssh …' says it, for each host of the file"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeSshFleet(const script::Topology& topology,
                                                           const Places& places, int interruption) {
  if (absl::Status fit = CheckPlaces(topology, places); !fit.ok()) return fit;
  auto fleet = std::make_unique<fleet::Fleet>();
  fleet->kind = "ssh";
  fleet->lacking = fleet::WhyNotHere(topology, {});
  if (!fleet->lacking.empty()) return fleet;
  if (absl::Status playable = fleet::CheckNothingSet(topology); !playable.ok()) return playable;
  const auto configuration = std::make_shared<Configuration>(places);
  absl::StatusOr<std::vector<Login>> logins = LoginsFor(topology, places, *configuration);
  if (!logins.ok()) return logins.status();
  fleet->ground = configuration;
  absl::Status in = LogIn(topology, *logins, interruption, *fleet);
  if (!in.ok()) return in;
  fleet::Stage stage;
  stage.spare_login = true;
  for (const auto& [host, place] : places) {
    if (!place.data.empty()) stage.data_of[host] = place.data;
  }
  absl::Status cast = fleet::GiveParts(topology, stage, *fleet);
  if (!cast.ok()) return cast;
  return fleet;
}

}  // namespace balcony::hosts
