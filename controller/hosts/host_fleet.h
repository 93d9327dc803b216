// Hosts that are somewhere, each reached by ssh or by way of an agent that is there.
// Errors: kInvalidArgument for a place that cannot be tried, or that is missing; else those of
//         reaching, with the host's name.
// Source: docs/decisions/021; docs/testbeds.md.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "controller/fleet/fleet.h"
#include "controller/hosts/fleet_file.h"
#include "controller/script/topology.h"

namespace balcony::hosts {

// The hosts of the experiment; there may be places for more. `interruption` becomes readable when
// it is not to go on.
absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeHostFleet(const script::Topology& topology,
                                                            const Places& places, int interruption);

}  // namespace balcony::hosts
