// gRPC's own complaints, of handshakes that failed and the like, into the agent's log.
// Thread: any; once, before gRPC is used.
// Source: grpc/support/log.h.
#pragma once

namespace balcony::agent {

// At most one a second, for strangers can bring them about.
void LogForGrpc();

}  // namespace balcony::agent
