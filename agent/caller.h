// Who an RPC comes from.
// Owns:   nothing. Borrows the connections, if there are any, which outlive the server.
// Thread: any.
// Source: grpc::AuthContext, which has the names of a verified client certificate.
#pragma once

#include <grpcpp/server_context.h>

#include <string>

#include "agent/audit.h"
#include "agent/connections.h"

namespace balcony::agent {

class Callers {
 public:
  // A server of one stream, which is its starter's.
  Callers() = default;
  // Whoever connects. `otherwise`: who a client without a certificate is.
  Callers(Connections& connections, std::string otherwise)
      : connections_(&connections), otherwise_(std::move(otherwise)) {}

  Caller Of(const grpc::ServerContextBase& context) const;

 private:
  Connections* connections_ = nullptr;
  std::string otherwise_;
};

}  // namespace balcony::agent
