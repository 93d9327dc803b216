// How clients prove who they are at an address: TLS with client certificates, with a bearer token,
// or both.
// Owns:   the admission of calls. Borrows the certificates, which outlive the server.
// Shapes: a connection keeps the certificates that it began with; new ones get the newest.
// Source: RFC 8446, RFC 6750; grpc/grpc_security.h, for gRPC's C++ has no certificates that change
//         and are looked at before.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "agent/admission.h"
#include "agent/certificates.h"

namespace balcony::agent {

std::shared_ptr<grpc::ServerCredentials> MakeCredentials(Certificates& certificates,
                                                         std::unique_ptr<Admission> admission);

}  // namespace balcony::agent
