// An interface of this host as options name it: by its name, or by one of its IPv4 addresses.
// Errors: a name or address that no interface has is kInvalidArgument.
// Source: netdevice(7), if_nametoindex(3), getifaddrs(3).
#pragma once

#include <netinet/in.h>

#include <string>

#include "absl/status/statusor.h"

namespace balcony::agent {

// Known by its address or by its index; by neither: the kernel is to choose.
struct Interface {
  in_addr address{};
  int index = 0;
};

// `field` is the text's name in its request. Empty text is no interface. `by_index`: where an
// address is given its index is found.
absl::StatusOr<Interface> FindInterface(const std::string& field, const std::string& text,
                                        bool by_index);

// "eth0"; the number where there is no such interface (any more), and nothing for 0.
std::string InterfaceName(int index);

}  // namespace balcony::agent
