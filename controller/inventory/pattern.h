// A host's pattern in an Ansible inventory: "db[1:6]-node", "web[a:c:2]:2222", "[2001:db8::1]:22".
// Shapes: both ends are in a range; leading zeros stay. Pure.
// Errors: kInvalidArgument without a place.
// Source: Ansible's inventory plugins, expand_hostname_range; parsing/utils/addresses.py.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace balcony::inventory {

struct Pattern {
  std::vector<std::string> hosts;
  std::string port;  // empty: not said
};

// At most `most` hosts.
absl::StatusOr<Pattern> Expand(std::string_view pattern, size_t most);

}  // namespace balcony::inventory
