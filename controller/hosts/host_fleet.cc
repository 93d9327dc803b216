#include "controller/hosts/host_fleet.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/fleet/needs.h"
#include "controller/fleet/parts.h"
#include "controller/hosts/reaching.h"

namespace balcony::hosts {
namespace {

// Whether there is a place for each host of the file.
absl::Status CheckNamed(const script::Topology& topology, const Places& places) {
  std::vector<std::string> without;
  for (const script::Host& host : topology.hosts) {
    if (!places.contains(host.name)) without.push_back(host.name);
  }
  if (without.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("nothing is said of how ", absl::StrJoin(without, ", "), " is reached; --host ",
                   without.front(), "='ssh …' says it, for each host of the file"));
}

// "ssh" where all are reached so, "given" where none is, "hosts" otherwise.
std::string KindOf(const script::Topology& topology, const Places& places) {
  const auto by_ssh =
      std::count_if(topology.hosts.begin(), topology.hosts.end(),
                    [&](const script::Host& host) { return !places.at(host.name).ssh.empty(); });
  if (by_ssh == 0) return "given";
  return static_cast<size_t>(by_ssh) == topology.hosts.size() ? "ssh" : "hosts";
}

}  // namespace

absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeHostFleet(const script::Topology& topology,
                                                            const Places& places,
                                                            int interruption) {
  absl::StatusOr<std::shared_ptr<const Logins>> logins = Logins::Make(places);
  if (!logins.ok()) return logins.status();
  if (absl::Status named = CheckNamed(topology, places); !named.ok()) return named;
  auto fleet = std::make_unique<fleet::Fleet>();
  fleet->kind = KindOf(topology, places);
  fleet->lacking = fleet::WhyNotHere(topology, {});
  if (!fleet->lacking.empty()) return fleet;
  if (absl::Status playable = fleet::CheckNothingSet(topology); !playable.ok()) return playable;
  std::vector<std::string> names;
  for (const script::Host& host : topology.hosts) names.push_back(host.name);
  fleet->ground = std::const_pointer_cast<Logins>(*logins);
  Reached reached = Reach(names, places, **logins, {.stops = true}, interruption);
  for (size_t i = 0; i < names.size(); ++i) {
    if (reached[i].ok() || IsNotTried(reached[i].status())) continue;
    return Named(names[i], reached[i].status());
  }
  const fleet::Stage stage = StageOf(places, names, reached);
  for (size_t i = 0; i < names.size(); ++i) {
    if (!reached[i].ok()) return Named(names[i], reached[i].status());
    if (reached[i]->process != nullptr) fleet->processes.push_back(std::move(reached[i]->process));
    fleet->hosts.push_back({names[i], {}, std::move(reached[i]->agent)});
  }
  absl::Status cast = fleet::GiveParts(topology, stage, *fleet);
  if (!cast.ok()) return cast;
  return fleet;
}

}  // namespace balcony::hosts
