// What a descriptor itself says of its socket: which events there are, and what ioctl(2) counts.
// Thread: whoever holds the session's mutex.
// Shapes: nothing here waits, and nothing changes the socket: a pending error stays pending.
// Units:  events are poll(2)'s, POLLIN and its like; SIOCINQ and SIOCOUTQ count bytes.
// Errors: answers are the kernel's: 0, or errno(3).
// Source: poll(2), tcp(7), udp(7), sockatmark(3).
#pragma once

#include "agent/socket.h"
#include "balcony/v1/poll.pb.h"

namespace balcony::agent {

// poll(2) with a timeout of 0. POLLERR and POLLHUP are found unasked.
int Poll(const Socket& socket, int events, int& found);

// Whether poll(2) finds one of these events.
bool Sees(const Socket& socket, int events);

// REQUIRES: the request is specified.
int Ioctl(const Socket& socket, v1::Ioctl request, int& value);

// TCP: whether what comes next is the urgent mark; false where there is none.
bool IsAtMark(const Socket& socket);

// TCP: whether an urgent byte that nobody has taken comes later.
bool IsBeforeMark(const Socket& socket);

}  // namespace balcony::agent
