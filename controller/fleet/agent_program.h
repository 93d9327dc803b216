// Where the agent's program is.
// Errors: kNotFound names every place that was tried.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace balcony::fleet {

// The absolute path of $BALCONY_AGENT, or of `balcony-agent` beside the running program.
absl::StatusOr<std::string> FindAgentProgram();

}  // namespace balcony::fleet
