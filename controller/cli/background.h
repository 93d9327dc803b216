// Work that goes on when the command has ended.
// Source: daemon(7), setsid(2).
#pragma once

#include <functional>

#include "controller/cli/command_line.h"
#include "controller/run/input.h"

namespace balcony::cli {

// Does `work` in a process of its own, which has this one's terminal until it calls `detach` with
// the exit code of the command: then it goes on without one, until it ends or is interrupted
// (SIGTERM). One that ends without that is kNotRun. REQUIRES: there is one thread.
ExitCode InBackground(
    const std::function<void(run::Input&, const std::function<void(ExitCode)>& detach)>& work);

}  // namespace balcony::cli
