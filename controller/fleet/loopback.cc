#include <future>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/fleet/agent_program.h"
#include "controller/fleet/given.h"
#include "controller/fleet/limits.h"
#include "controller/fleet/local.h"
#include "controller/fleet/needs.h"
#include "controller/fleet/parts.h"
#include "controller/fleet/spawned.h"

namespace balcony::fleet {
namespace {

using Given = std::map<std::string, std::string>;

// About one --agent, with it in front.
absl::Status Named(const Given::value_type& given, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("--agent ", given.first, "=", given.second, ": ",
                                                  status.message()));
}

absl::Status CheckAgents(const script::Topology& topology, const Given& given, const Tls& tls) {
  for (const auto& agent : given) {
    if (absl::Status can = CheckGiven(agent.second, tls); !can.ok()) return Named(agent, can);
  }
  Given unknown = given;
  for (const script::Host& host : topology.hosts) unknown.erase(host.name);
  if (unknown.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--agent ", unknown.begin()->first, "=…: the experiment has no such host"));
}

// What this fleet cannot do is said before anything is started.
absl::Status CheckPlayable(const script::Topology& topology, bool shared) {
  for (const script::External& external : topology.externals) {
    for (const std::string& address : external.addresses) {
      if (!shared || absl::StartsWith(address, "127.")) continue;
      return absl::FailedPreconditionError(
          absl::StrCat(external.name, " is external at ", address,
                       ", and hosts on loopback addresses reach nobody outside: give it an address"
                       " of 127.0.0.0/8, or the hosts agents (--agent)"));
    }
  }
  return CheckNothingSet(topology);
}

// Starts the agents that are not given, side by side.
absl::StatusOr<std::map<std::string, Newborn>> SpawnOthers(const script::Topology& topology,
                                                           Nursery& nursery, const Given& given) {
  std::vector<Raising> raisings;
  std::map<std::string, Newborn> by_host;
  const size_t others = topology.hosts.size() - given.size();
  if (others == 0) return by_host;
  if (absl::Status room = CheckRoom(others, others * kFdsOfAgent); !room.ok()) return room;
  absl::StatusOr<std::string> program = FindAgentProgram();
  if (!program.ok()) return program.status();
  for (const script::Host& host : topology.hosts) {
    if (given.contains(host.name)) continue;
    RaiseRequest plan;
    plan.set_program(*program);
    raisings.push_back({host.name, nursery.Raise(std::move(plan))});
  }
  absl::StatusOr<std::vector<Newborn>> newborns = AwaitAll(raisings);
  if (!newborns.ok()) return newborns.status();
  for (size_t i = 0; i < raisings.size(); ++i) {
    by_host.emplace(raisings[i].host, std::move((*newborns)[i]));
  }
  return by_host;
}

// Sets out to all agents that are given, so that logins go on side by side.
absl::StatusOr<std::map<std::string, GivenStream>> ReachAll(Fleet& fleet, const Given& given,
                                                            const Tls& tls) {
  std::map<std::string, GivenStream> by_host;
  for (const auto& agent : given) {
    absl::StatusOr<GivenStream> reached = ReachGiven(agent.second, tls);
    if (!reached.ok()) return Named(agent, reached.status());
    if (reached->process != nullptr) fleet.processes.push_back(reached->process);
    by_host.emplace(agent.first, *std::move(reached));
  }
  return by_host;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Fleet>> MakeLoopbackFleet(const script::Topology& topology,
                                                         Nursery& nursery, const Given& given,
                                                         const Tls& tls) {
  if (absl::Status can = CheckAgents(topology, given, tls); !can.ok()) return can;
  const bool shared = given.empty();
  auto fleet = std::make_unique<Fleet>();
  fleet->kind = shared ? "loopback" : "given";
  fleet->on_this_machine = shared;
  fleet->lacking = WhyNotHere(topology, {.wire = false, .shared = shared});
  if (!fleet->lacking.empty()) return fleet;
  // A file that needs something of its hosts is skipped first, if that is not there.
  const absl::Status playable = CheckPlayable(topology, shared);
  if (!playable.ok() && topology.needs.empty()) return playable;
  absl::StatusOr<std::map<std::string, GivenStream>> reached = ReachAll(*fleet, given, tls);
  if (!reached.ok()) return reached.status();
  absl::StatusOr<std::map<std::string, Newborn>> spawned = SpawnOthers(topology, nursery, given);
  if (!spawned.ok()) return spawned.status();
  for (const script::Host& host : topology.hosts) {
    FleetHost& added = fleet->hosts.emplace_back();
    added.name = host.name;
    const auto newborn = spawned->find(host.name);
    if (newborn != spawned->end()) {
      absl::Status joined = JoinSpawned(*fleet, added, std::move(newborn->second), spawned->size());
      if (!joined.ok()) return joined;
      continue;
    }
    auto agent = JoinGiven(host.name, std::move(reached->at(host.name)));
    if (!agent.ok()) return Named(*given.find(host.name), agent.status());
    added.agent = *std::move(agent);
  }
  absl::Status cast = GiveParts(topology, {shared, {}}, *fleet);
  if (!cast.ok()) return cast;
  if (!playable.ok() && fleet->lacking.empty()) return playable;
  return fleet;
}

}  // namespace balcony::fleet
