// The agent's first line on a stream that a login, a shell or a container may have written to
// before.
// Shapes: takes all up to and with the hello line and not a byte behind it, where gRPC begins.
// Errors: kUnavailable, and what came instead; kFailedPrecondition for an agent that speaks another
//         protocol.
// Source: docs/decisions/002.
#pragma once

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace balcony::fleet {

// REQUIRES: `stream` is a connected stream socket.
absl::Status AwaitHello(int stream, absl::Duration patience);

}  // namespace balcony::fleet
