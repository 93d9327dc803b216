// `balcony fleet compose FILE`, `balcony fleet swarm FILE`
#pragma once

#include "controller/cli/command_line.h"

namespace balcony::cli {

// Writes to standard output.
ExitCode WriteFleetFile(const CommandLine& line);

}  // namespace balcony::cli
