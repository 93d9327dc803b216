// A program that is started in a session of its own: what is typed at the terminal is not for it.
// Errors: the kernel's, with the program's name.
// Source: posix_spawn(3), setsid(2).
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::containers {

// Descriptors of ours that become its standard input, output and error; -1: ours as they are.
struct Streams {
  int input = -1;
  int output = -1;
  int error = -1;
};

// Whoever starts it reaps it. No signal is blocked in it.
absl::StatusOr<pid_t> StartApart(const std::vector<std::string>& words, const Streams& streams);

}  // namespace balcony::containers
