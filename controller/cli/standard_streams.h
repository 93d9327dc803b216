// Standard input, output and error, as a shell may have left them.
// Source: stdin(3), full(4).
#pragma once

#include "controller/cli/command_line.h"

namespace balcony::cli {

// Gives /dev/null to each that is closed (`>&-`): the next descriptor that is opened would take its
// number, and be written to. To be called before anything is opened.
void OpenStandardStreams();

// Flushes standard output. What nobody can have read has not passed: `code`, or kNotRun and a
// message if it could not all be written.
ExitCode Delivered(ExitCode code);

}  // namespace balcony::cli
