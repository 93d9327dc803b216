// What a machine must allow before so many hosts can be up. Asked first: later it would show as an
// agent that is lost, or, worse, as a kernel's answer.
// Thread: any; looks, and changes nothing.
// Source: getrlimit(2), proc(5), cgroups(7) pids.max, arp(7) gc_thresh3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace balcony::fleet {

// Whether so many agents, and so many descriptors for them here, can be at all; others may have
// taken the room that there is. kResourceExhausted names the limit.
absl::Status CheckRoom(size_t agents, size_t fds);

// How many neighbours, of all hosts together, this machine's tables remember. `family` is "ipv4" or
// "ipv6". No limit where it cannot be read.
uint64_t RoomForNeighbours(absl::string_view family);

// What a reader must know where so many hosts may overflow such a table; or empty.
std::string NoticeOfNeighbours(absl::string_view family, size_t hosts, uint64_t room);

}  // namespace balcony::fleet
