#include "controller/cli/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <iostream>

namespace balcony::cli {

void OpenStandardStreams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    // open(2) takes the lowest number that is free: this one.
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0) return;
  }
}

ExitCode Delivered(ExitCode code) {
  if (std::cout.flush()) return code;
  std::cerr << "balcony: standard output could not be written to its end: is the disk full, or the"
               " reader gone?\n";
  return kNotRun;
}

}  // namespace balcony::cli
