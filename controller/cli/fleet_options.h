// The options of `balcony fleet` and its commands, and those by which every command is told where
// hosts are.
// Source: `balcony fleet --help`.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "controller/cli/command_line.h"
#include "controller/fleet/channel.h"

namespace balcony::cli {

// What the options write to before it is checked.
struct RawHosts {
  std::vector<std::string> hosts;   // --host
  std::vector<std::string> agents;  // --agent
  fleet::Tls tls;                   // --tls, --token-file
  std::string user;                 // --user
};

// --host, --tls, --token-file and --user.
void AddHosts(CLI::App& command, RawHosts& raw);

// The commands that make, look at, keep and clean a fleet of hosts. `files` get what says where
// they are, `labs` the experiments.
void AddFleetCommands(CLI::App& fleet, RawHosts& raw, std::vector<std::string>& files,
                      std::vector<std::string>& labs);

// Which of them it was.
std::optional<CommandLine::Command> FleetCommandOf(const CLI::App& fleet);

}  // namespace balcony::cli
