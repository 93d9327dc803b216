// Hosts whose agents the nursery starts: from being asked for to being joined.
// Thread: one.
#pragma once

#include <future>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/fleet.h"
#include "controller/fleet/nursery.h"

namespace balcony::fleet {

// Descriptors that the agent of a host costs us, beside its interfaces.
inline constexpr size_t kFdsOfAgent = 3;

// A host that was asked for.
struct Raising {
  std::string host;
  std::future<absl::StatusOr<Newborn>> newborn;
};

// All of them, or why one could not be: the first one's status, with its name unless none is
// allowed.
absl::StatusOr<std::vector<Newborn>> AwaitAll(std::vector<Raising>& raisings);

// Gives `host`, which is one of `fleet`, the agent in `newborn`. The more of them start at once,
// the longer it may take.
absl::Status JoinSpawned(Fleet& fleet, FleetHost& host, Newborn newborn, size_t started_at_once);

}  // namespace balcony::fleet
