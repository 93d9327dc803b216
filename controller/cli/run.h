// `balcony run FILE…`
#pragma once

#include "controller/cli/command_line.h"
#include "controller/fleet/nursery.h"
#include "controller/run/input.h"

namespace balcony::cli {

// `input` is asked what the experiments ask, and may interrupt them.
ExitCode Run(const CommandLine& line, fleet::Nursery& nursery, run::Input& input);

}  // namespace balcony::cli
