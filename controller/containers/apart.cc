#include "controller/containers/apart.h"

#include <spawn.h>
#include <unistd.h>

#include <csignal>

namespace balcony::containers {

absl::StatusOr<pid_t> StartApart(const std::vector<std::string>& words, const Streams& streams) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  const int given[] = {streams.input, streams.output, streams.error};
  for (int descriptor = 0; descriptor < 3; ++descriptor) {
    if (given[descriptor] < 0) continue;
    posix_spawn_file_actions_adddup2(&files, given[descriptor], descriptor);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  pid_t pid = -1;
  const int error =
      posix_spawnp(&pid, arguments.front(), &files, &attributes, arguments.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return absl::ErrnoToStatus(error, words.front());
  return pid;
}

}  // namespace balcony::containers
