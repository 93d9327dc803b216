// `balcony check FILE…`
#pragma once

#include "controller/cli/command_line.h"

namespace balcony::cli {

ExitCode Check(const CommandLine& line);

}  // namespace balcony::cli
