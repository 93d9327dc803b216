// The kernel's tables of raw and ping sockets, which sock_diag(7) does not have, or not in every
// kernel.
// Shapes: rows as those of Diag; a raw socket's port is its protocol, a ping socket's its
//         identifier.
// Errors: 0, or the errno of reading the table. A kernel without IPv6 has no sockets of it.
// Source: proc(5), net/raw, raw6, icmp and icmp6 of the calling thread.
#pragma once

#include <vector>

#include "agent/diag.h"

namespace balcony::agent {

// Adds all of one family, in the kernel's order. REQUIRES: TRANSPORT_RAW or TRANSPORT_PING.
int ListRawTable(v1::Family family, v1::Transport transport, std::vector<Diag::Row>& rows);

}  // namespace balcony::agent
