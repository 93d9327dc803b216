// Whether packets to an address stay on this host.
// Thread: any; in the network namespace of whoever asks.
// Source: bind(2), ip(7): a socket can be bound to what is this host's own, and to nothing else.
#pragma once

#include "agent/endpoint.h"

namespace balcony::agent {

// Interfaces' addresses, all of 127.0.0.0/8, and the wildcard; no group. Where it cannot be told
// (no descriptor is left, net.ipv4.ip_nonlocal_bind is on) it says yes.
bool IsOwnAddress(const Address& address);

}  // namespace balcony::agent
