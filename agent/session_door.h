// The gRPC service: a stream is a session, and the sessions without a stream are opened and ended.
// Owns:   one reactor a stream, which ends itself. Borrows the loop, the leases and the policy,
//         which outlive the server.
// Thread: gRPC's own; nothing here blocks.
// Errors: the stream's status is as in agent.proto; a call that cannot be made is an event and no
//         error of the stream.
#pragma once

#include "agent/caller.h"
#include "agent/leases.h"
#include "agent/limits.h"
#include "agent/loop.h"
#include "agent/policy.h"
#include "balcony/v1/agent.grpc.pb.h"

namespace balcony::agent {

// The session's messages come as bytes: gRPC itself tells a message that cannot be parsed and the
// end of the stream by the same sign.
using RawSessionService =
    v1::Agent::WithRawCallbackMethod_Session<v1::Agent::WithCallbackMethod_Describe<
        v1::Agent::WithCallbackMethod_OpenSession<v1::Agent::WithCallbackMethod_RenewSession<
            v1::Agent::WithCallbackMethod_EndSession<v1::Agent::Service>>>>>;

class SessionDoor final : public RawSessionService {
 public:
  // Leaves all other methods to the server's generic service, which is the unary door.
  SessionDoor(Loop& loop, Leases& leases, const Limits& limits, const Policy& policy,
              const Callers& callers);

  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Session(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* Describe(grpc::CallbackServerContext* context,
                                     const v1::DescribeRequest* request,
                                     v1::DescribeResponse* response) override;
  grpc::ServerUnaryReactor* OpenSession(grpc::CallbackServerContext* context,
                                        const v1::OpenSessionRequest* request,
                                        v1::OpenSessionResponse* response) override;
  grpc::ServerUnaryReactor* RenewSession(grpc::CallbackServerContext* context,
                                         const v1::RenewSessionRequest* request,
                                         v1::RenewSessionResponse* response) override;
  grpc::ServerUnaryReactor* EndSession(grpc::CallbackServerContext* context,
                                       const v1::EndSessionRequest* request,
                                       v1::EndSessionResponse* response) override;

 private:
  Loop& loop_;
  Leases& leases_;
  const Limits limits_;
  const Policy& policy_;
  const Callers callers_;
};

}  // namespace balcony::agent
