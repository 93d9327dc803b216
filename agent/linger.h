// SO_LINGER: whether close(2) waits until the peer has acknowledged all that was sent, and for how
// long.
// Thread: whoever holds the session's mutex.
// Shapes: a descriptor of a TCP socket, the last one that the kernel's socket has: only with the
//         last does a connection end.
// Source: socket(7); __tcp_close and sk_stream_wait_close of Linux.
#pragma once

#include "absl/time/time.h"

namespace balcony::agent {

// Zero if close(2) would not wait.
absl::Duration LingerTime(int descriptor);

// Whether the end of what was sent is not acknowledged yet.
bool AwaitsItsEnd(int descriptor);

// So that close(2) does not wait. A linger of no time stays: it does not wait, it resets.
void StopLingering(int descriptor);

}  // namespace balcony::agent
