// A project of Compose's, up and down.
// Thread: one.
// Errors: kUnavailable with the last words of what does not come up.
// Source: docs/decisions/019; the Compose specification, "Compose file" and "Merge".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/containers/keeper.h"

namespace balcony::containers {

struct Project {
  std::vector<std::string> compose;  // the command, as FindCompose gives it
  std::string name;                  // empty: Compose's own choice
  std::string file;                  // its override file, if there is one beside it, counts too
};

// Goes down with its keeper, who removes `folder` then; empty for none. REQUIRES: it has a name.
absl::StatusOr<std::unique_ptr<Keeper>> BringUpForRun(const Project& project,
                                                      const std::string& folder);

absl::Status BringUpToStay(const Project& project);

// The command that takes down what was made to stay, and removes its file's folder.
std::string DownByHand(const Project& project);

// Runs that command.
void TakeDown(const Project& project);

}  // namespace balcony::containers
