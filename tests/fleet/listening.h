// Agents that listen, and folders for their sockets.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "controller/fleet/agent_program.h"
#include "controller/fleet/command.h"
#include "controller/fleet/given.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/matchers.h"

namespace balcony::fleet {

inline std::string Agent() {
  const absl::StatusOr<std::string> program = FindAgentProgram();
  EXPECT_THAT(program, IsOk());
  return program.value_or("");
}

inline RunningCommand StartAgent(const std::string& where) {
  absl::StatusOr<RunningCommand> command =
      RunCommand(absl::StrCat("exec ", Agent(), " --listen '", where, "'"));
  EXPECT_THAT(command, IsOk());
  return *std::move(command);
}

// An agent that listens at `where`, once it does.
inline RunningCommand ListeningAgent(const std::string& where) {
  RunningCommand agent = StartAgent(where);
  const absl::Time give_up = absl::Now() + kPatience;
  while (!ReachGiven(where, {}).ok() && absl::Now() < give_up) std::this_thread::yield();
  return agent;
}

struct TemporaryFolder {
  TemporaryFolder() {
    char name[] = "/tmp/balcony-test-XXXXXX";
    path = mkdtemp(name);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  std::string path;
};

}  // namespace balcony::fleet
