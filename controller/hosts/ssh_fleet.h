// Hosts that are somewhere, each reached by an ssh command line.
// Errors: kInvalidArgument for a line that is none, or that is missing; those of moving_in, with
//         the host's name.
// Source: docs/decisions/021; docs/testbeds.md.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "controller/fleet/fleet.h"
#include "controller/hosts/fleet_file.h"
#include "controller/script/topology.h"

namespace balcony::hosts {

// Logs in to all hosts of the file, some at a time. `interruption` becomes readable when it is not
// to go on.
absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeSshFleet(const script::Topology& topology,
                                                           const Places& places, int interruption);

}  // namespace balcony::hosts
