// `balcony certs`: a folder with an authority of one's own, a certificate for an agent and one for
// a controller.
// Owns:   the files it makes: keys are 0600, the folder 0700. None is ever written over: where one
//         is there already, none is made.
#pragma once

#include "controller/cli/command_line.h"

namespace balcony::cli {

ExitCode Certs(const CommandLine& line);

}  // namespace balcony::cli
