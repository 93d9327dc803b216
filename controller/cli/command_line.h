// What the user asked for.
// Source: `balcony --help`.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "controller/fleet/channel.h"

namespace balcony::cli {

// Exit codes of every command.
enum ExitCode : int {
  kPassed = 0,   // as expected
  kFailed = 1,   // an expectation failed
  kInvalid = 2,  // the file or the command line is wrong
  kNotRun = 3,   // could not run: no agent, no privilege, lost host; all files were skipped
};

// What `certs` is asked to make.
struct CertsLine {
  std::string folder;               // DIR
  std::vector<std::string> agents;  // --agent: one certificate for all of them; maybe none
  std::string controller;           // --controller; empty: not asked for by name
  int days = 365;                   // --days
};

struct CommandLine {
  enum class Command {
    kRun,
    kCheck,
    kCerts,
    kWriteFleet,  // fleet compose, fleet swarm
    kImport,      // fleet import, and so on
    kStatus,
    kDoctor,
    kUp,
    kDown,
    kClean,
  };

  Command command = Command::kRun;
  std::vector<std::string> files;  // experiments; of the fleet's own commands, what says where its
                                   // hosts are
  std::vector<std::string> labs;   // --lab
  std::map<std::string, std::string> overrides;  // -D NAME=VALUE
  std::map<std::string, std::string> agents;     // --agent HOST=WHERE
  std::map<std::string, std::string> hosts;      // --host HOST=SSH
  std::string agents_folder;                     // --agents; empty for none
  std::string user;                              // --user; empty: not said
  std::string fleet = "local";                   // --fleet
  bool keep = false;                             // --keep
  fleet::Tls tls;                                // --tls, --token-file
  std::string report_folder;                     // --report; empty for none
  absl::Duration limit;                          // --limit
  bool colour = false;                           // --colour
  bool prompt = false;                           // --prompt
  CertsLine certs;
};

// The command line, or the exit code of a command that is done (--help) or cannot be (it was told
// why).
std::variant<CommandLine, ExitCode> ParseCommandLine(int argc, char** argv);

}  // namespace balcony::cli
