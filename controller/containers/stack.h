// The stacks of a swarm: one that is there, and one that is made for a run.
// Errors: kUnavailable where there is no swarm; kFailedPrecondition where a stack cannot play an
//         experiment. Both name the remedy.
// Source: docs/decisions/020; docker-stack(1).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/containers/keeper.h"
#include "controller/script/topology.h"

namespace balcony::containers {

// Whether this engine can deploy stacks.
absl::Status CheckSwarm();

// Whether a stack that is deployed has a task for each host.
absl::Status CheckStack(const std::vector<const script::Topology*>& topologies,
                        const std::string& stack);

// Writes a stack for these experiments and certificates for it into `folder`, "certs"; gives what
// deploys it under this name, and what removes it.
absl::StatusOr<Upkeep> MakeStack(const std::vector<const script::Topology*>& topologies,
                                 const std::string& name, const std::string& folder);

// The prefixes of a deployed stack's networks but for control, in the order of their names. Waits
// until Swarm has given them addresses.
absl::StatusOr<std::vector<std::string>> DataNetworksOf(const std::string& stack);

}  // namespace balcony::containers
