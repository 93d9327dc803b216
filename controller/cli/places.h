// Where the hosts are that a command line names.
// Errors: kInvalidArgument for a file that cannot be read or is none, with its name.
// Source: docs/testbeds.md.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/cli/command_line.h"
#include "controller/hosts/fleet_file.h"
#include "controller/inventory/inventory.h"

namespace balcony::cli {

// Says what is wrong; gives the exit code for it.
ExitCode Refuse(const absl::Status& status);

// What is in files that are no fleet files.
absl::StatusOr<inventory::Inventory> ReadInventories(const std::vector<std::string>& files,
                                                     const CommandLine& line);

// Those of these files, a fleet file or what fleet import reads, and those of --host and --agent,
// which go before.
absl::StatusOr<hosts::Places> ReadPlaces(const std::vector<std::string>& files,
                                         const CommandLine& line);

// Those of the command line's own files; there is one host at least.
absl::StatusOr<hosts::Places> NamedPlaces(const CommandLine& line);

std::vector<std::string> NamesOf(const hosts::Places& places);

}  // namespace balcony::cli
