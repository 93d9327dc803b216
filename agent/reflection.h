// What the protos say, for clients that have none: which services there are, and their files.
// Thread: any.
// Source: gRPC's server reflection protocol, of which v1 and v1alpha differ in name alone.
#pragma once

#include "grpc/reflection/v1/reflection.pb.h"

namespace balcony::agent {

grpc::reflection::v1::ServerReflectionResponse Reflect(
    const grpc::reflection::v1::ServerReflectionRequest& request);

}  // namespace balcony::agent
