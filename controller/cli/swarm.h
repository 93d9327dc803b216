// `balcony run FILE… --fleet swarm`: the same command, played by a controller in the swarm.
#pragma once

#include <optional>
#include <vector>

#include "controller/cli/command_line.h"
#include "controller/cli/files.h"
#include "controller/run/input.h"

namespace balcony::cli {

// Absent where no file has hosts, because all are wrong: nothing was brought up for that.
std::optional<ExitCode> RunInSwarm(const CommandLine& line, const std::vector<SourceFile>& files,
                                   run::Input& input);

}  // namespace balcony::cli
