// `balcony fleet` with hosts that are there: import, status, up, down and clean.
// Source: docs/testbeds.md.
#pragma once

#include "controller/cli/command_line.h"
#include "controller/run/input.h"

namespace balcony::cli {

// Prints a fleet file.
ExitCode FleetImport(const CommandLine& line);

// Tells of each host whether it is reached, what it is, and how its clock goes; kNotRun if one is
// not reached.
ExitCode FleetStatus(const CommandLine& line, run::Input& input);

// Leaves a process behind that keeps agents and connections. REQUIRES: there is one thread.
ExitCode FleetUp(const CommandLine& line);

ExitCode FleetDown(const CommandLine& line);

// Removes what was brought to the hosts.
ExitCode FleetClean(const CommandLine& line);

}  // namespace balcony::cli
