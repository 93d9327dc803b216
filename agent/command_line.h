// What whoever starts the agent asks of it.
// Errors: what is wrong is said on standard error, with the exit code.
// Source: `balcony-agent --help`.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/access.h"
#include "agent/limits.h"
#include "agent/log.h"

namespace balcony::agent {

enum ExitCode : int { kEnded = 0, kBadCommandLine = 2, kCannotStart = 3 };

struct CommandLine {
  std::optional<int> fd;                    // --fd
  bool stdio = false;                       // --stdio
  std::string stdio_path;                   // --stdio=PATH
  std::string listen;                       // --listen, or the usual place
  std::string check;                        // --check: where; one of the four is set, or --stdio
                                            // and a path to listen on until that ends
  Access access;                            // --tls-…, --token-file, --insecure
  Limits limits;                            // --limit
  std::vector<std::string> allow;           // --allow
  bool own_network = false;                 // --own-network
  bool narrate = false;                     // --narrate
  LogFormat log_format = LogFormat::kText;  // --log-format
};

// Where it listens if it is not told: "unix:PATH"; empty for a user without a directory for that.
// `runtime_directory`: XDG_RUNTIME_DIR, or null.
std::string UsualPlace(uid_t user, const char* runtime_directory);

// The command line, or the exit code of one that is done (--help) or cannot be.
std::variant<CommandLine, ExitCode> ParseCommandLine(int argc, char** argv);

}  // namespace balcony::agent
