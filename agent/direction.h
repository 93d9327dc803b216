// The side of a socket on which a call waits. Calls of one side go in order; those of either side,
// poll, wait for no other call.
#pragma once

namespace balcony::agent {

enum class Direction { kIn, kOut, kEither };

}  // namespace balcony::agent
