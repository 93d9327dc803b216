// All unary calls, one piece of code for all: what a method is comes from the protos' descriptors.
// Owns:   one reactor a call, which ends itself. Borrows the leases, which outlive the server.
// Thread: gRPC's own; nothing here blocks.
// Shapes: serves what no service of the server has. A call's request is put into the field of Call
//         that has its type, and its response is what Done has: a call that the protos get needs no
//         code here.
// Errors: a call that cannot be made is the RPC's status; the kernel's answer never is.
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/caller.h"
#include "agent/leases.h"

namespace balcony::agent {

class UnaryDoor final : public grpc::CallbackGenericService {
 public:
  UnaryDoor(Leases& leases, const Callers& callers) : leases_(leases), callers_(callers) {}

  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  Leases& leases_;
  const Callers callers_;
};

// The field of Call for a unary call's method, "/balcony.v1.Agent/Bind"; null if it is none.
const google::protobuf::FieldDescriptor* CallFieldOf(const std::string& method);

// "2s", "0.5s": what the metadata "balcony-patience" may be.
absl::StatusOr<absl::Duration> ParsePatience(const std::string& text);

}  // namespace balcony::agent
