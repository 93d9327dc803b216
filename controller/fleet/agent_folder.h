// A folder with the sockets of agents that listen, one for each host: --agents DIR.
// Owns:   a watch on the folder, while it waits.
// Thread: any.
// Shapes: HOST.sock is the agent of HOST. client[2] without one of its own has the second of the
//         sockets client-*.sock that agents listen on, in the order of their names, numbers by
//         value. A socket that nobody listens on any more is none.
// Errors: kInvalidArgument for a folder that cannot be watched; kUnavailable for a socket that
//         cannot be connected to, or for hosts whose agents do not come in time, and names them;
//         kCancelled once interrupted.
// Source: inotify(7), unix(7).
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/script/topology.h"

namespace balcony::fleet {

// How long agents have to come up, as `balcony run` has it.
inline constexpr absl::Duration kAgentsPatience = absl::Seconds(30);

// Waits until there is an agent for each host, and gives the socket's path by the host's name.
// `tell` is told, once, whom it waits for, where that takes a while. `interruption`: a descriptor
// that ends it once it can be read; -1: none.
absl::StatusOr<std::map<std::string, std::string>> AwaitAgents(
    const std::string& folder, const std::vector<script::Host>& hosts, absl::Duration patience,
    const std::function<void(const std::string&)>& tell, int interruption = -1);

// Whether `a` comes before `b`: by letters, and by value where both have a number.
bool NumberedLess(const std::string& a, const std::string& b);

}  // namespace balcony::fleet
