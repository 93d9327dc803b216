// An ssh command line as portals print it: ssh -F cfg -i key -J bastion ubuntu@2001:db8::5.
// Shapes: words as a shell has them, with quotes and a leading ~/; nothing is run or looked up.
// Errors: kInvalidArgument for what is no such line, or has a command or an option that a stream
//         cannot be had with.
// Source: ssh(1).
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::hosts {

struct SshLine {
  std::vector<std::string> options;  // words, all but -F
  std::string config;                // -F; empty: the user's usual files
  std::string destination;           // "ubuntu@2001:db8::5"
};

absl::StatusOr<SshLine> ParseSshLine(const std::string& line, const std::string& home);

}  // namespace balcony::hosts
