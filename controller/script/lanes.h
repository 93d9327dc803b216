// Who sets what where statements go on side by side: in the lanes of a `parallel`, and in a block
// of several hosts, each of which is a lane.
#pragma once

#include "controller/script/names.h"

namespace balcony::script {

// The lane that sets each host's variables; one that is none where several do. `hosts` act unless a
// prompt says otherwise.
Scope::Setters SettersOf(Scope& scope, const Body& lanes, const std::vector<size_t>& hosts);

// As above, for a block that each of the hosts goes through on its own.
Scope::Setters SettersOf(Scope& scope, const Statement& block, const std::vector<size_t>& hosts);

// The lane of a host in such a block.
inline size_t LaneOf(size_t host) { return host + 1; }

}  // namespace balcony::script
