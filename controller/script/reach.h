// Whether the addresses that a step names are there in the topology.
#pragma once

#include "controller/script/expectations.h"

namespace balcony::script {

// The address of an argument that is an address and a port, as it is written; null if that is a
// host's name, or the argument something else.
const std::string* LiteralAddress(const Arg& arg);

// Reports a literal address outside every LAN, unless the step expects just what comes of it.
void CheckReach(const Place& place, const Step& step);

}  // namespace balcony::script
