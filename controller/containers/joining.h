// The way into a container: `docker exec`, joined to the agent that runs there, or else to one that
// it starts.
// Errors: kUnavailable names the host, its container and the remedy.
// Source: docker-exec(1); docs/decisions/019.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "controller/containers/engine.h"
#include "controller/fleet/fleet.h"
#include "controller/script/topology.h"

namespace balcony::containers {

// Gives `fleet` a host for each of `players`, named as in `topology`, some at a time; comes back
// when all their agents have answered. What the engine tells of a container meanwhile is why its
// agent is lost.
absl::Status Join(const script::Topology& topology, const std::vector<Container>& players,
                  fleet::Fleet& fleet);

// The same for containers of ours: what an earlier run has left in them, TIME-WAIT, is not to keep
// this one from its ports, and goes with a restart.
absl::Status JoinAfresh(const script::Topology& topology, const std::vector<Container>& players,
                        fleet::Fleet& fleet);

}  // namespace balcony::containers
