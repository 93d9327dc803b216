// balcony: runs network experiments on real sockets, on real hosts.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "controller/cli/certs.h"
#include "controller/cli/check.h"
#include "controller/cli/command_line.h"
#include "controller/cli/fleet_file.h"
#include "controller/cli/run.h"
#include "controller/cli/signals.h"
#include "controller/cli/standard_streams.h"
#include "controller/fleet/nursery.h"

namespace {

int Main(int argc, char** argv) {
  using balcony::cli::CommandLine;
  balcony::cli::OpenStandardStreams();
  const auto parsed = balcony::cli::ParseCommandLine(argc, argv);
  if (const auto* done = std::get_if<balcony::cli::ExitCode>(&parsed)) return *done;
  const auto& line = std::get<CommandLine>(parsed);
  if (line.command == CommandLine::Command::kCheck) {
    return balcony::cli::Delivered(balcony::cli::Check(line));
  }
  if (line.command == CommandLine::Command::kCerts) {
    return balcony::cli::Delivered(balcony::cli::Certs(line));
  }
  if (line.command == CommandLine::Command::kFleet) {
    return balcony::cli::Delivered(balcony::cli::WriteFleetFile(line));
  }
  auto nursery = balcony::fleet::Nursery::Start();  // before there is a second thread
  if (!nursery.ok()) {
    std::cerr << "balcony: " << nursery.status().message() << "\n";
    return balcony::cli::kNotRun;
  }
  // Never destroyed: the thread that waits for signals has it.
  auto& input = *new balcony::run::Input(STDIN_FILENO, line.prompt ? &std::cout : nullptr);
  const auto& signals = *new balcony::cli::Signals(input);
  const auto code = balcony::cli::Delivered(balcony::cli::Run(line, **nursery, input));
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
