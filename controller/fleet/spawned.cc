#include "controller/fleet/spawned.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace balcony::fleet {
namespace {

// An agent says hello within ten milliseconds on an idle machine; a loaded or instrumented one is
// not a broken one.
constexpr absl::Duration kHelloPatience = absl::Seconds(10);
constexpr absl::Duration kHelloPatienceEach = absl::Milliseconds(50);

}  // namespace

absl::StatusOr<std::vector<Newborn>> AwaitAll(std::vector<Raising>& raisings) {
  std::vector<Newborn> newborns;
  for (Raising& raising : raisings) {
    absl::StatusOr<Newborn> newborn = raising.newborn.get();
    if (absl::IsPermissionDenied(newborn.status())) return newborn.status();  // so are the others
    if (!newborn.ok()) {
      return absl::Status(newborn.status().code(), absl::StrCat("no host for ", raising.host, ": ",
                                                                newborn.status().message()));
    }
    newborns.push_back(*std::move(newborn));
  }
  return newborns;
}

absl::Status JoinSpawned(Fleet& fleet, FleetHost& host, Newborn newborn, size_t started_at_once) {
  const std::shared_ptr<Process> process = std::move(newborn.process);
  fleet.processes.push_back(process);
  absl::StatusOr<std::unique_ptr<AgentLink>> link = AgentLink::Join(
      host.name, std::move(newborn.stream), true, [process] { return process->Obituary(); },
      kHelloPatience + static_cast<double>(started_at_once) * kHelloPatienceEach);
  if (!link.ok()) return link.status();
  host.agent = *std::move(link);
  absl::Status answered = host.agent->Describe().status();
  if (answered.ok() || absl::IsUnavailable(answered)) return answered;  // which names the host
  return absl::Status(answered.code(), absl::StrCat("the agent of ", host.name,
                                                    " does not answer: ", answered.message()));
}

}  // namespace balcony::fleet
