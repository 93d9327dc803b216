// The server reflection service, without a thread of its own: gRPC's would be the one service here
// that blocks, and with it come threads that look for its calls.
// Owns:   one reactor a stream, which ends itself.
// Thread: gRPC's own; nothing here blocks.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <string>

namespace balcony::agent {

// Whether the method is the service's, by either of its names.
bool IsReflection(const std::string& method);

grpc::ServerGenericBidiReactor* NewReflection();

}  // namespace balcony::agent
