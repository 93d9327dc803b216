// balcony: runs network experiments on real sockets, on real hosts.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>

#include "controller/cli/certs.h"
#include "controller/cli/check.h"
#include "controller/cli/command_line.h"
#include "controller/cli/doctor.h"
#include "controller/cli/fleet_file.h"
#include "controller/cli/hosts.h"
#include "controller/cli/run.h"
#include "controller/cli/signals.h"
#include "controller/cli/standard_streams.h"
#include "controller/fleet/nursery.h"

namespace {

using balcony::cli::CommandLine;
using balcony::cli::ExitCode;

// Commands that speak with no agent, or in a process of their own.
std::optional<ExitCode> WithoutAgents(const CommandLine& line) {
  switch (line.command) {
    case CommandLine::Command::kCheck:
      return balcony::cli::Check(line);
    case CommandLine::Command::kCerts:
      return balcony::cli::Certs(line);
    case CommandLine::Command::kWriteFleet:
      return balcony::cli::WriteFleetFile(line);
    case CommandLine::Command::kImport:
      return balcony::cli::FleetImport(line);
    case CommandLine::Command::kUp:
      return balcony::cli::FleetUp(line);
    case CommandLine::Command::kDown:
      return balcony::cli::FleetDown(line);
    case CommandLine::Command::kClean:
      return balcony::cli::FleetClean(line);
    default:
      return std::nullopt;
  }
}

ExitCode WithAgents(const CommandLine& line, balcony::fleet::Nursery& nursery,
                    balcony::run::Input& input) {
  switch (line.command) {
    case CommandLine::Command::kStatus:
      return balcony::cli::FleetStatus(line, input);
    case CommandLine::Command::kDoctor:
      return balcony::cli::FleetDoctor(line, input);
    default:
      return balcony::cli::Run(line, nursery, input);
  }
}

int Main(int argc, char** argv) {
  balcony::cli::OpenStandardStreams();
  const auto parsed = balcony::cli::ParseCommandLine(argc, argv);
  if (const auto* done = std::get_if<ExitCode>(&parsed)) return *done;
  const auto& line = std::get<CommandLine>(parsed);
  if (const auto code = WithoutAgents(line)) return balcony::cli::Delivered(*code);
  auto nursery = balcony::fleet::Nursery::Start();  // before there is a second thread
  if (!nursery.ok()) {
    std::cerr << "balcony: " << nursery.status().message() << "\n";
    return balcony::cli::kNotRun;
  }
  // Never destroyed: the thread that waits for signals has it.
  auto& input = *new balcony::run::Input(STDIN_FILENO, line.prompt ? &std::cout : nullptr);
  const auto& signals = *new balcony::cli::Signals(input);
  const auto code = balcony::cli::Delivered(WithAgents(line, **nursery, input));
  nursery->reset();
  signals.Follow();
  return code;
}

}  // namespace

// What is static is not destroyed: a thread of gRPC's may still be at it, and a run that is over
// would end with a crash.
int main(int argc, char** argv) {
  const int code = Main(argc, argv);
  std::cout.flush();
  std::cerr.flush();
  std::fflush(nullptr);
  std::_Exit(code);
}
