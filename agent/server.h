// The gRPC server, which is given its connections: it opens no port and no path of its own.
// Owns:   the doors, the leases, gRPC's threads, and every connection it was given. Borrows the
//         loop and the policy.
// Thread: one.
#pragma once

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <memory>

#include "absl/time/time.h"
#include "agent/caller.h"
#include "agent/connections.h"
#include "agent/fd.h"
#include "agent/leases.h"
#include "agent/limits.h"
#include "agent/loop.h"
#include "agent/policy.h"
#include "agent/session_door.h"
#include "agent/unary_door.h"

namespace balcony::agent {

class Server {
 public:
  struct Options {
    Limits limits;
    // How often the client is asked for a sign of life, and how long it may take; zero: never.
    absl::Duration keepalive = absl::ZeroDuration();
    std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
    Callers callers = {};
    Connections* connections = nullptr;  // told of each call; null for a single stream
  };

  Server(Loop& loop, const Policy& policy, const Options& options);
  // Ends every session.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool ok() const { return server_ != nullptr; }

  // Serves a connected stream socket.
  void Take(Fd connection);

 private:
  std::shared_ptr<Leases> leases_;  // shared with the loop
  SessionDoor door_;
  UnaryDoor unary_door_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> acceptor_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace balcony::agent
