// A stack that fits experiments: a service with an agent in each task for each name of a host, an
// overlay for each LAN, and one for control.
// Shapes: pure; for `docker stack deploy`, version 3.8 of its files. Certificates are secrets, from
//         files in the folder `certs` beside it, which balcony certs makes.
// Source: docs/containers.md; docker-stack(1), compose-file v3.
#pragma once

#include <string>
#include <vector>

#include "controller/script/topology.h"

namespace balcony::containers {

// How a stack's networks are called in its file.
inline constexpr char kControlNetwork[] = "control";

// For all the experiments of one run. `block`: 0 to 254, where large networks of more than one
// stack must not meet: their addresses begin with 10.BLOCK, and with 10.(BLOCK+1) from the 16th LAN
// on.
std::string StackFile(const std::vector<const script::Topology*>& topologies, int block = 200);

// The first of the blocks for large networks, from `first` on and around, that meets none of these
// prefixes, "10.0.1.0/24"; `first` where there is none.
int FreeBlock(const std::vector<std::string>& prefixes, int first);

// The blocks that FreeBlock looks at, behind what Swarm takes of 10.0.0.0/8 by itself.
inline constexpr int kFirstBlock = 130;
inline constexpr int kBlocks = 120;

}  // namespace balcony::containers
