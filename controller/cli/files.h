// The experiment files that a command line names.
// Errors: kNotFound, kInvalidArgument (a folder without experiments, a file that is too large or no
//         file at all), each naming the path and the remedy.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace balcony::cli {

struct SourceFile {
  std::string name;  // as given, or below the folder that was given; "-" is standard input
  std::string text;
  absl::Status status = absl::OkStatus();  // else why it has no text
};

// Reads files, and all that end in .md or .balcony below folders; of these a .md without a script
// is passed over, and one that cannot be read is given with its status, as the others are to be
// read.
absl::StatusOr<std::vector<SourceFile>> ReadFiles(const std::vector<std::string>& paths);

}  // namespace balcony::cli
