// What a child of the nursery does between its fork and becoming an agent.
// Thread: the only one of its process.
// Source: execve(2), prctl(2) PR_SET_PDEATHSIG, unix(7).
#pragma once

#include <sys/types.h>

#include "absl/status/status.h"
#include "controller/fleet/nursery.pb.h"

namespace balcony::fleet {

// Makes the host's network, tells the controller over `nursery_socket`, and becomes the agent; or
// tells why not, and ends. `isolation` is why there can be no network of its own here, or ok.
[[noreturn]] void GrowUp(int nursery_socket, pid_t nursery, const RaiseRequest& plan,
                         const absl::Status& isolation);

}  // namespace balcony::fleet
