// `balcony fleet doctor`.
// Source: docs/testbeds.md.
#pragma once

#include "controller/cli/command_line.h"
#include "controller/run/input.h"

namespace balcony::cli {

// Prints what is wrong with the fleet's network, and the remedies: kFailed if something is; kNotRun
// where a host is not reached.
ExitCode FleetDoctor(const CommandLine& line, run::Input& input);

}  // namespace balcony::cli
