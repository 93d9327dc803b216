// One function a call: checks what it was asked, makes it, and writes its response.
// Thread: whoever holds the session's mutex, as all of them require.
// Shapes: those with a response are done when they return; those with a turn end when the kernel
//         has answered, and the session tells. An error means that nothing was done.
// Errors: as in session.proto, with the field named.
#pragma once

#include "absl/status/status.h"
#include "agent/outcome.h"
#include "agent/session.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent::calls {

// socket_calls.cc
absl::Status Socket(Session& session, const v1::SocketRequest& request,
                    v1::SocketResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Bind(Session& session, const v1::BindRequest& request, v1::BindResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Listen(Session& session, const v1::ListenRequest& request,
                    v1::ListenResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Shutdown(Session& session, const v1::ShutdownRequest& request,
                      v1::ShutdownResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Close(Session& session, const Turn& turn, v1::CloseRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Getsockname(Session& session, const v1::GetsocknameRequest& request,
                         v1::GetsocknameResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Getpeername(Session& session, const v1::GetpeernameRequest& request,
                         v1::GetpeernameResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Setblocking(Session& session, const v1::SetblockingRequest& request,
                         v1::SetblockingResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

absl::Status Dup(Session& session, const v1::DupRequest& request, v1::DupResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// option_calls.cc
absl::Status Getsockopt(Session& session, const v1::GetsockoptRequest& request,
                        v1::GetsockoptResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Setsockopt(Session& session, const v1::SetsockoptRequest& request,
                        v1::SetsockoptResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// connection_calls.cc
absl::Status Accept(Session& session, const Turn& turn, v1::AcceptRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Connect(Session& session, const Turn& turn, v1::ConnectRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Disconnect(Session& session, const v1::DisconnectRequest& request,
                        v1::DisconnectResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// transfer_calls.cc; the payload is moved out of the request
absl::Status Send(Session& session, const Turn& turn, v1::SendRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Sendall(Session& session, const Turn& turn, v1::SendallRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Sendto(Session& session, const Turn& turn, v1::SendtoRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Recv(Session& session, const Turn& turn, v1::RecvRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Recvfrom(Session& session, const Turn& turn, v1::RecvfromRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// message_calls.cc; the payload is moved out of the request
absl::Status Sendmsg(Session& session, const Turn& turn, v1::SendmsgRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Recvmsg(Session& session, const Turn& turn, v1::RecvmsgRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// poll_calls.cc
absl::Status Poll(Session& session, const Turn& turn, v1::PollRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Ioctl(Session& session, const v1::IoctlRequest& request, v1::IoctlResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// observe_calls.cc
absl::Status State(Session& session, const v1::StateRequest& request, v1::StateResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Queues(Session& session, const v1::QueuesRequest& request,
                    v1::QueuesResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Sockets(Session& session, const v1::SocketsRequest& request,
                     v1::SocketsResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Timer(Session& session, const v1::TimerRequest& request, v1::TimerResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Info(Session& session, const v1::InfoRequest& request, v1::InfoResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// host_calls.cc
absl::Status Counters(Session& session, const v1::CountersRequest& request,
                      v1::CountersResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Interfaces(Session& session, const v1::InterfacesRequest& request,
                        v1::InterfacesResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status SetInterface(Session& session, const v1::SetInterfaceRequest& request,
                          v1::SetInterfaceResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Routes(Session& session, const v1::RoutesRequest& request,
                    v1::RoutesResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status AddRoute(Session& session, const v1::AddRouteRequest& request,
                      v1::AddRouteResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status DeleteRoute(Session& session, const v1::DeleteRouteRequest& request,
                         v1::DeleteRouteResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Neighbours(Session& session, const v1::NeighboursRequest& request,
                        v1::NeighboursResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status AddNeighbour(Session& session, const v1::AddNeighbourRequest& request,
                          v1::AddNeighbourResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status DeleteNeighbour(Session& session, const v1::DeleteNeighbourRequest& request,
                             v1::DeleteNeighbourResponse& response)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::Status Sysctl(Session& session, const v1::SysctlRequest& request,
                    v1::SysctlResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// resolve_calls.cc
absl::Status Resolve(Session& session, const Turn& turn, v1::ResolveRequest& request)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// session_calls.cc
absl::Status Cancel(Session& session, const v1::CancelRequest& request,
                    v1::CancelResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// The socket that the field "socket" names.
absl::StatusOr<agent::Sockets::Entry*> Named(Session& session, const std::string& name)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());
absl::StatusOr<agent::Sockets::Entry*> OpenNamed(Session& session, const std::string& name)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

}  // namespace balcony::agent::calls
