#include "controller/cli/fleets.h"

#include <algorithm>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "controller/cli/fleet_kind.h"
#include "controller/cli/places.h"
#include "controller/containers/compose.h"
#include "controller/containers/tasks.h"
#include "controller/fleet/agent_folder.h"
#include "controller/fleet/local.h"
#include "controller/hosts/host_fleet.h"
#include "controller/script/source.h"

namespace balcony::cli {
namespace {

// Whether an option, --agent or --host, names a host of the file.
absl::Status KnowsHost(const script::Topology& topology, const std::string& option,
                       const std::string& name) {
  if (script::FindExternal(topology, name) != nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        option, " ", name, ": ", name, " is external and has no agent; take away either"));
  }
  std::vector<std::string> names;
  for (const script::Host& host : topology.hosts) names.push_back(host.name);
  if (std::find(names.begin(), names.end(), name) != names.end()) return absl::OkStatus();
  const std::string nearest = script::Nearest(name, names);
  return absl::InvalidArgumentError(
      absl::StrCat(option, " ", name, ": the file has no such host; ",
                   nearest.empty() ? absl::StrCat("it has ", absl::StrJoin(names, ", "))
                                   : absl::StrCat("did you mean ", nearest, "?")));
}

// Whether hosts that share this machine's network can play the script.
absl::Status CanShareNetwork(const Loaded& loaded) {
  const std::optional<OfOwnNetwork> found = FindOfOwnNetwork(loaded);
  if (!found) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("line ", found->span.line, ": ", found->why,
                   ", and these hosts have one machine's network together: it needs hosts of their "
                   "own (namespaces or --agent)"));
}

// Whether several hosts are agents of one machine.
bool ShareNetwork(const fleet::Fleet& fleet) {
  const auto descriptions = fleet::DescribeAll(fleet);
  if (!descriptions.ok()) return false;  // the run says that
  std::set<std::string> networks;
  return std::any_of(descriptions->begin(), descriptions->end(), [&](const auto& description) {
    return !description.network().empty() && !networks.insert(description.network()).second;
  });
}

// Whether it leaves the networks of hosts as they are, which were not made for it.
absl::Status CanLeaveNetwork(const Loaded& loaded) {
  const std::optional<OfOwnNetwork> found = FindChange(loaded);
  if (!found) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("line ", found->span.line, ": ", found->why,
                   ", which is possible where hosts are made for the run: --fleet local"));
}

// What the file needs comes first: where that is not there it is skipped, whatever else is not.
absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeSharedFleet(const Loaded& loaded,
                                                              fleet::Nursery& nursery) {
  const absl::Status can_share = CanShareNetwork(loaded);
  if (!can_share.ok() && loaded.topology.needs.empty()) return can_share;
  auto fleet = fleet::MakeLoopbackFleet(loaded.topology, nursery, {});
  const bool skips = fleet.ok() && !(*fleet)->lacking.empty();
  if (!can_share.ok() && !skips) return can_share;
  return fleet;
}

using Agents = std::map<std::string, std::string>;  // by host, as --agent has them

// Those of --agent, and for all other hosts those of --agents.
absl::StatusOr<Agents> FindAgents(const CommandLine& line, const script::Topology& topology,
                                  const run::Input& input) {
  Agents agents = line.agents;
  if (line.agents_folder.empty()) return agents;
  std::vector<script::Host> others;
  for (const script::Host& host : topology.hosts) {
    if (!agents.contains(host.name)) others.push_back(host);
  }
  const auto found = fleet::AwaitAgents(
      line.agents_folder, others, fleet::kAgentsPatience,
      [](const std::string& what) { std::cerr << "balcony: " << what << std::endl; },
      input.interruption());
  if (!found.ok()) return found.status();
  for (const auto& [host, path] : *found) agents[host] = absl::StrCat("unix:", path);
  return agents;
}

}  // namespace

absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeFleet(const CommandLine& line,
                                                        const Loaded& loaded,
                                                        fleet::Nursery& nursery,
                                                        const run::Input& input) {
  const script::Topology& topology = loaded.topology;
  for (const auto& [host, where] : line.agents) {
    const absl::Status known = KnowsHost(topology, "--agent", host);
    if (!known.ok()) return known;
  }
  for (const auto& [host, ssh] : line.hosts) {
    const absl::Status known = KnowsHost(topology, "--host", host);
    if (!known.ok()) return known;
  }
  absl::string_view kind = line.fleet;
  if (absl::ConsumePrefix(&kind, "compose")) {
    absl::ConsumePrefix(&kind, ":");
    return containers::MakeComposeFleet(
        topology, {.file = std::string(kind), .keep = line.keep, .raw = OpensRaw(loaded)});
  }
  if (absl::ConsumePrefix(&kind, "tasks")) {
    absl::ConsumePrefix(&kind, ":");
    return containers::MakeTasksFleet(
        topology, line.tls, absl::StrSplit(kind, ',', absl::SkipEmpty()), input.interruption());
  }
  const bool of_file = FindFleet(line.fleet)->name == "file";
  if (of_file || !line.hosts.empty()) {
    const absl::StatusOr<hosts::Places> places = ReadPlaces(
        of_file ? std::vector<std::string>{line.fleet} : std::vector<std::string>(), line);
    if (!places.ok()) return places.status();
    if (absl::Status can = CanLeaveNetwork(loaded); !can.ok()) return can;
    auto fleet = hosts::MakeHostFleet(topology, *places, input.interruption());
    const bool shared = fleet.ok() && (*fleet)->lacking.empty() && ShareNetwork(**fleet);
    const absl::Status can_share = shared ? CanShareNetwork(loaded) : absl::OkStatus();
    if (!can_share.ok()) return can_share;
    return fleet;
  }
  const absl::StatusOr<Agents> agents = FindAgents(line, topology, input);
  if (!agents.ok()) return agents.status();
  if (!agents->empty()) return fleet::MakeLoopbackFleet(topology, nursery, *agents, line.tls);
  if (line.fleet == "loopback") return MakeSharedFleet(loaded, nursery);
  auto local = fleet::MakeLocalFleet(topology, nursery);
  if (local.ok() || local.status().code() != absl::StatusCode::kPermissionDenied) return local;
  const std::string why = absl::StrCat("hosts of their own are not possible here: ",
                                       std::string(local.status().message()));
  auto loopback = MakeSharedFleet(loaded, nursery);
  if (!loopback.ok()) {
    return absl::Status(loopback.status().code(),
                        absl::StrCat(std::string(loopback.status().message()), "; ", why));
  }
  (*loopback)->notice = absl::StrCat("on loopback addresses, because ", why);
  return loopback;
}

}  // namespace balcony::cli
