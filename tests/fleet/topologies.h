// Topologies for tests.
#pragma once

#include <string>
#include <vector>

#include "controller/script/topology.h"

namespace balcony::fleet {

// "10.10.0.100/24": addresses that share a prefix's text up to the last dot or colon are on one
// LAN.
struct HostSpec {
  std::string name;
  std::vector<std::string> addresses;
};
script::Topology TopologyOf(const std::vector<HostSpec>& hosts);

// romeo at 10.10.0.100 and juliet at 10.10.0.101.
script::Topology RomeoAndJuliet();

// client[1], client[2], … on one LAN.
script::Topology ManyHosts(int count);

}  // namespace balcony::fleet
