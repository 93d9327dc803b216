// The fleet that a command line asks for.
// Errors: kInvalidArgument where the command line does not fit the file; otherwise those of the
//         fleets.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "controller/cli/command_line.h"
#include "controller/cli/load.h"
#include "controller/fleet/fleet.h"
#include "controller/fleet/nursery.h"
#include "controller/run/input.h"

namespace balcony::cli {

// `input` may interrupt it where it waits for agents.
absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeFleet(const CommandLine& line,
                                                        const Loaded& loaded,
                                                        fleet::Nursery& nursery,
                                                        const run::Input& input);

}  // namespace balcony::cli
