// A fleet in a process of its own, to be killed; and what there is left of it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {

// Where fleet_holder and balcony-agent are: beside the tests, unless a test sets another folder.
std::filesystem::path& HolderFolder();

// A "NAME=VALUE" like no other, for the environment of what a test starts.
std::string NewMark();

// The processes that were started with "NAME=VALUE" in their environment.
std::vector<pid_t> ProcessesWith(const std::string& variable);

class HeldFleet {
 public:
  // Starts fleet_holder. `before` runs in its process first, for example to give up privileges.
  HeldFleet(
      const std::string& kind, int hosts, const std::function<void()>& before = [] {});
  HeldFleet(const HeldFleet&) = delete;
  HeldFleet& operator=(const HeldFleet&) = delete;
  ~HeldFleet();  // kills it

  // The next line that it prints; empty at its end, or after twenty seconds.
  std::string ReadLine();

  // Waits until it has printed something or ended; at most so long.
  void WaitForOutput(absl::Duration limit);

  void Kill();

  // Processes that it and its descendants are, found by a mark in their environment.
  std::vector<pid_t> Processes() const;

  // Waits until there is none of them. False after twenty seconds.
  bool IsGone() const;

 private:
  std::string mark_;
  pid_t pid_ = -1;
  wire::Fd input_;
  wire::Fd output_;
};

}  // namespace balcony::fleet
