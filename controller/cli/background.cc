#include "controller/cli/background.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "controller/cli/signals.h"
#include "controller/wire/fd.h"

namespace balcony::cli {
namespace {

// Lets go of the terminal, so that its end is not ours.
void LeaveTerminal() {
  std::cout.flush();
  setsid();
  const wire::Fd nothing(open("/dev/null", O_RDWR | O_CLOEXEC));
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    dup2(nothing.get(), descriptor);
  }
}

}  // namespace

ExitCode InBackground(
    const std::function<void(run::Input&, const std::function<void(ExitCode)>& detach)>& work) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    std::cerr << "balcony: no descriptors for a pipe: " << strerrordesc_np(errno) << "\n";
    return kNotRun;
  }
  const wire::Fd result(ends[0]);
  wire::Fd told(ends[1]);
  const pid_t child = fork();
  if (child < 0) {
    std::cerr << "balcony: no process: " << strerrordesc_np(errno) << "\n";
    return kNotRun;
  }
  if (child == 0) {
    auto& input = *new run::Input(STDIN_FILENO, nullptr);
    const auto& signals = *new Signals(input);
    static_cast<void>(signals);
    work(input, [&](ExitCode code) {
      LeaveTerminal();
      const auto byte = static_cast<char>(code);
      if (write(told.get(), &byte, 1) == 1) told.Reset();
    });
    std::_Exit(0);
  }
  told.Reset();
  char code = kNotRun;
  ssize_t size = 0;
  do {
    size = read(result.get(), &code, 1);
  } while (size < 0 && errno == EINTR);
  return static_cast<ExitCode>(code);
}

}  // namespace balcony::cli
