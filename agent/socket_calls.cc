#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/calls.h"
#include "agent/check.h"
#include "agent/permit.h"
#include "agent/refusal.h"

namespace balcony::agent::calls {
namespace {

constexpr int kPythonsBacklog = 128;

// Answers with the socket's own endpoint if all went well.
template <class Response>
void AnswerWithLocal(int answer, agent::Socket& socket, Response& response) {
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) PrintEndpoint(socket.tuple().local, response.mutable_local());
}

}  // namespace

absl::Status Socket(Session& session, const v1::SocketRequest& request,
                    v1::SocketResponse& response) {
  absl::Status status = CheckName("socket", request.socket());
  status.Update(CheckFamily(request.family()));
  status.Update(CheckTransport(request.transport()));
  status.Update(CheckProtocol(request.family(), request.transport(), request.protocol()));
  if (!status.ok()) return status;
  status = session.sockets().CheckFree("socket", request.socket());
  if (!status.ok()) return status;
  agent::Socket socket;
  const int answer = socket.Open(request.family(), request.transport(), request.protocol());
  socket.set_blocking(!request.nonblocking());
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) session.sockets().Put(request.socket(), std::move(socket));
  return absl::OkStatus();
}

absl::Status Bind(Session& session, const v1::BindRequest& request, v1::BindResponse& response) {
  const auto address = CheckAddress(request.has_address(), request.address());
  if (!address.ok()) return address.status();
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  const absl::Status permitted = PermitBind(session, **entry, *address);
  if (!permitted.ok()) return permitted;
  agent::Socket& socket = (*entry)->socket;
  AnswerWithLocal(socket.Bind(*address), socket, response);
  return absl::OkStatus();
}

absl::Status Listen(Session& session, const v1::ListenRequest& request,
                    v1::ListenResponse& response) {
  if (request.backlog() < 0) {
    return InvalidArgument("backlog",
                           absl::StrCat("backlog must be 0 or more; it is ", request.backlog()));
  }
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  const absl::Status permitted = PermitListen(session, **entry);
  if (!permitted.ok()) return permitted;
  agent::Socket& socket = (*entry)->socket;
  const int backlog = request.has_backlog() ? request.backlog() : kPythonsBacklog;
  AnswerWithLocal(socket.Listen(backlog), socket, response);
  return absl::OkStatus();
}

absl::Status Shutdown(Session& session, const v1::ShutdownRequest& request,
                      v1::ShutdownResponse& response) {
  absl::Status status = CheckHow(request.how());
  if (!status.ok()) return status;
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  SetAnswer((*entry)->socket.Shutdown(request.how()), response.mutable_outcome());
  return absl::OkStatus();
}

absl::Status Close(Session& session, const Turn& turn, v1::CloseRequest& request) {
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  return session.Close(turn, **entry);
}

absl::Status Dup(Session& session, const v1::DupRequest& request, v1::DupResponse& response) {
  absl::Status status = CheckName("duplicate", request.duplicate());
  if (!status.ok()) return status;
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  status = session.sockets().CheckFree("duplicate", request.duplicate());
  if (!status.ok()) return status;
  agent::Socket duplicate;
  const int answer = (*entry)->socket.Dup(duplicate);
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) session.sockets().Put(request.duplicate(), std::move(duplicate));
  return absl::OkStatus();
}

absl::Status Getsockname(Session& session, const v1::GetsocknameRequest& request,
                         v1::GetsocknameResponse& response) {
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  Address local;
  const int answer = (*entry)->socket.Getsockname(local);
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) PrintEndpoint(local, response.mutable_local());
  return absl::OkStatus();
}

absl::Status Getpeername(Session& session, const v1::GetpeernameRequest& request,
                         v1::GetpeernameResponse& response) {
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  Address peer;
  const int answer = (*entry)->socket.Getpeername(peer);
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) PrintEndpoint(peer, response.mutable_peer());
  return absl::OkStatus();
}

absl::Status Setblocking(Session& session, const v1::SetblockingRequest& request,
                         v1::SetblockingResponse& response) {
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  if (!request.has_blocking()) return InvalidArgument("blocking", "blocking is missing");
  (*entry)->socket.set_blocking(request.blocking());
  SetAnswer(0, response.mutable_outcome());
  return absl::OkStatus();
}

}  // namespace balcony::agent::calls
