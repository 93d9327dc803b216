// A command whose standard input and output are an agent's stream: ssh, docker exec, a program.
// Owns:   its escort, a process that runs it by /bin/sh, and a thread that waits for its end.
// Thread: any.
// Errors: kResourceExhausted where there is no process, thread or descriptor for it.
// Source: docs/decisions/013; sh(1).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/fleet/process.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {

// Words for a shell, each in quotes.
std::string Quoted(const std::vector<std::string>& words);

// A command that runs.
struct RunningCommand {
  std::shared_ptr<Process> process;  // killed with all it started when the last one lets go
  wire::Fd stream;
};

// Runs `command` as a shell does, in this process's directory, environment and session, so that ssh
// can ask for a password at the terminal.
absl::StatusOr<RunningCommand> RunCommand(const std::string& command);

// A descriptor to read `text` from, as a file's; not valid where there is none.
wire::Fd ReadableText(const std::string& text);

// Runs `command` to its end, with the file `input` as its standard input, or an empty one; gives
// what it wrote to standard output. kUnavailable where it does not
// end with status 0, and says how it ended, with its last words; kDeadlineExceeded where it does
// not end in time, kCancelled where `interruption` becomes readable: then it is killed.
absl::StatusOr<std::string> OutputOf(const std::string& command, absl::Duration limit,
                                     int input = -1, int interruption = -1);

}  // namespace balcony::fleet
