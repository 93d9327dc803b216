// Who brings containers up, and takes them down when the controller lets go of them or dies.
// Owns:   a shell in a session of its own, which no terminal's interrupt and no end of ours
//         reaches; what it brings up, from the beginning of that to its end.
// Thread: one.
// Errors: kUnavailable with the last words of what does not come up. What does not go down is said
//         on standard error, for there is nobody else to tell.
// Source: docs/decisions/019; posix_spawn(3), setsid(2).
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controller/wire/fd.h"

namespace balcony::containers {

// A name for what is brought up for one run: nobody else's things have such names, and no two runs
// the same.
std::string NameForRun();

// A new folder of ours, for what a run needs.
absl::StatusOr<std::string> MakeFolder();

// With the folders that lead to it.
absl::Status WriteFile(const std::string& path, const std::string& text);

// Shell commands. Should `down` not end with status 0, its words are told.
struct Upkeep {
  std::string what;  // "the project"
  std::string up;
  std::string down;
  std::string folder;  // ours, and removed with all in it at the end; empty for none
};

class Keeper {
 public:
  // Comes back when it is up.
  static absl::StatusOr<std::unique_ptr<Keeper>> BringUp(const Upkeep& upkeep);
  ~Keeper();  // takes it down; comes back when it is
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

 private:
  Keeper(std::string what, pid_t shell, wire::Fd leash, wire::Fd words);
  absl::Status AwaitUp();

  const std::string what_;
  const pid_t shell_;
  wire::Fd leash_;
  const wire::Fd words_;
};

}  // namespace balcony::containers
