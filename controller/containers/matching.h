// Which container plays which host of an experiment.
// Shapes: pure. A host is played by the container with its name in the label balcony.host; else by
//         that of the service with its name; else, for client[2], by the second of the service
//         client, in the order of Compose's numbers, which may have holes.
// Errors: kFailedPrecondition names the host that nobody plays, and what there is instead.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "controller/containers/engine.h"
#include "controller/script/topology.h"

namespace balcony::containers {

// One for each host, in the topology's order.
absl::StatusOr<std::vector<Container>> MatchHosts(const script::Topology& topology,
                                                  std::vector<Container> containers);

}  // namespace balcony::containers
