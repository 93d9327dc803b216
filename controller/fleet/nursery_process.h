// The nursery itself: a process of one thread that starts agents and tells of their ends.
// Source: docs/decisions/005; pid_namespaces(7), user_namespaces(7).
#pragma once

#include <sys/types.h>

#include <optional>

#include "absl/status/status.h"

namespace balcony::fleet {

// Who started the nursery, to be the superuser of its user namespace.
struct Owner {
  uid_t uid;
  gid_t gid;
};

// What a newly cloned process does: serves `socket` until its end, or until the controller dies;
// then ends, and with it all that it started. `null` is /dev/null. `new_owner` if it is the first
// process of a user namespace. `isolation` as for GrowUp. REQUIRES: the process has one thread.
[[noreturn]] void ServeNursery(int socket, int null, std::optional<Owner> new_owner,
                               absl::Status isolation);

}  // namespace balcony::fleet
