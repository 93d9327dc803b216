// "Could not act", as a gRPC status: the one place where it becomes one.
// Shapes: the code is the same, and so is the message, which names the field at fault.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent {

grpc::Status ToGrpcStatus(const v1::Refused& refused);
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace balcony::agent
