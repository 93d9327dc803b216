#include "agent/dispatch.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/calls.h"
#include "agent/check.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

using v1::Call, v1::Done;

using Make = absl::Status (*)(Session&, const Turn&, Call&);

// A call that is done at once: made, stamped and told.
template <auto kRequest, auto kResponse, auto kMake>
absl::Status Now(Session& session, const Turn& turn, Call& call)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  v1::Event event;
  event.set_id(turn.id);
  auto& response = *(event.mutable_done()->*kResponse)();
  absl::Status status = kMake(session, (call.*kRequest)(), response);
  if (!status.ok()) return status;
  SetTimes(turn, session.clock().Now(), response.mutable_outcome());
  session.Keep(std::move(event));
  return status;
}

// A call that may block: begun, and told by the session.
template <auto kRequest, auto kMake>
absl::Status Begun(Session& session, const Turn& turn, Call& call)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  return kMake(session, turn, *(call.*kRequest)());
}

absl::Status Barrier(Session& session, const Turn& turn, Call&)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  session.Barrier(turn);
  return absl::OkStatus();
}

struct CallRow {
  Call::CallCase call;
  Make make;
};

constexpr CallRow kCallRows[] = {
    {Call::kSocket, Now<&Call::socket, &Done::mutable_socket, calls::Socket>},
    {Call::kBind, Now<&Call::bind, &Done::mutable_bind, calls::Bind>},
    {Call::kListen, Now<&Call::listen, &Done::mutable_listen, calls::Listen>},
    {Call::kAccept, Begun<&Call::mutable_accept, calls::Accept>},
    {Call::kConnect, Begun<&Call::mutable_connect, calls::Connect>},
    {Call::kDisconnect, Now<&Call::disconnect, &Done::mutable_disconnect, calls::Disconnect>},
    {Call::kDup, Now<&Call::dup, &Done::mutable_dup, calls::Dup>},
    {Call::kShutdown, Now<&Call::shutdown, &Done::mutable_shutdown, calls::Shutdown>},
    {Call::kClose, Begun<&Call::mutable_close, calls::Close>},
    {Call::kGetsockname, Now<&Call::getsockname, &Done::mutable_getsockname, calls::Getsockname>},
    {Call::kGetpeername, Now<&Call::getpeername, &Done::mutable_getpeername, calls::Getpeername>},
    {Call::kSetblocking, Now<&Call::setblocking, &Done::mutable_setblocking, calls::Setblocking>},
    {Call::kGetsockopt, Now<&Call::getsockopt, &Done::mutable_getsockopt, calls::Getsockopt>},
    {Call::kSetsockopt, Now<&Call::setsockopt, &Done::mutable_setsockopt, calls::Setsockopt>},
    {Call::kSend, Begun<&Call::mutable_send, calls::Send>},
    {Call::kSendall, Begun<&Call::mutable_sendall, calls::Sendall>},
    {Call::kSendto, Begun<&Call::mutable_sendto, calls::Sendto>},
    {Call::kRecv, Begun<&Call::mutable_recv, calls::Recv>},
    {Call::kRecvfrom, Begun<&Call::mutable_recvfrom, calls::Recvfrom>},
    {Call::kSendmsg, Begun<&Call::mutable_sendmsg, calls::Sendmsg>},
    {Call::kRecvmsg, Begun<&Call::mutable_recvmsg, calls::Recvmsg>},
    {Call::kPoll, Begun<&Call::mutable_poll, calls::Poll>},
    {Call::kIoctl, Now<&Call::ioctl, &Done::mutable_ioctl, calls::Ioctl>},
    {Call::kState, Now<&Call::state, &Done::mutable_state, calls::State>},
    {Call::kQueues, Now<&Call::queues, &Done::mutable_queues, calls::Queues>},
    {Call::kSockets, Now<&Call::sockets, &Done::mutable_sockets, calls::Sockets>},
    {Call::kResolve, Begun<&Call::mutable_resolve, calls::Resolve>},
    {Call::kTimer, Now<&Call::timer, &Done::mutable_timer, calls::Timer>},
    {Call::kInfo, Now<&Call::info, &Done::mutable_info, calls::Info>},
    {Call::kCounters, Now<&Call::counters, &Done::mutable_counters, calls::Counters>},
    {Call::kInterfaces, Now<&Call::interfaces, &Done::mutable_interfaces, calls::Interfaces>},
    {Call::kSetInterface,
     Now<&Call::set_interface, &Done::mutable_set_interface, calls::SetInterface>},
    {Call::kRoutes, Now<&Call::routes, &Done::mutable_routes, calls::Routes>},
    {Call::kAddRoute, Now<&Call::add_route, &Done::mutable_add_route, calls::AddRoute>},
    {Call::kDeleteRoute, Now<&Call::delete_route, &Done::mutable_delete_route, calls::DeleteRoute>},
    {Call::kNeighbours, Now<&Call::neighbours, &Done::mutable_neighbours, calls::Neighbours>},
    {Call::kAddNeighbour,
     Now<&Call::add_neighbour, &Done::mutable_add_neighbour, calls::AddNeighbour>},
    {Call::kDeleteNeighbour,
     Now<&Call::delete_neighbour, &Done::mutable_delete_neighbour, calls::DeleteNeighbour>},
    {Call::kSysctl, Now<&Call::sysctl, &Done::mutable_sysctl, calls::Sysctl>},
    {Call::kCancel, Now<&Call::cancel, &Done::mutable_cancel, calls::Cancel>},
    {Call::kBarrier, Barrier},
};

// By the number of the call's field. None is above this.
constexpr size_t kCalls = 64;

constexpr std::array<Make, kCalls> Table() {
  std::array<Make, kCalls> table{};
  for (const CallRow& row : kCallRows) table[row.call] = row.make;
  return table;
}

absl::Status MakeCall(Session& session, const Turn& turn, Call& call)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  static constexpr auto kTable = Table();
  if (const Make make = kTable[call.call_case()]; make != nullptr) return make(session, turn, call);
  return InvalidArgument("call", "call is missing, or one that this agent does not know");
}

absl::Status CheckAndMake(Session& session, v1::Call& call)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  if (session.UnderWay(call.id())) {
    return Refusal(absl::StatusCode::kAlreadyExists, "id",
                   absl::StrCat("call ", call.id(), " is still under way"));
  }
  const auto patience = CheckPatience(call, session.limits());
  if (!patience.ok()) return patience.status();
  Turn turn;
  turn.id = call.id();
  turn.started = session.clock().Now();
  turn.patience = *patience;
  session.Begun(call);  // before its payload is moved out
  absl::Status status = MakeCall(session, turn, call);
  if (!status.ok()) session.Refused(turn.id);
  return status;
}

void Refuse(Session& session, uint64_t id, const absl::Status& status)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  v1::Event event;
  event.set_id(id);
  *event.mutable_refused() = ToRefused(status);
  session.Keep(std::move(event));
}

// The name of the call, and of the socket that it is about.
void Deny(Session& session, const v1::Call& call, const std::string& why)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  const auto* field = v1::Call::descriptor()->FindFieldByNumber(call.call_case());
  const auto& request = v1::Call::GetReflection()->GetMessage(call, field);
  const auto* socket = request.GetDescriptor()->FindFieldByName("socket");
  const std::string name =
      socket == nullptr ? "" : request.GetReflection()->GetString(request, socket);
  session.Denied(field->name(), name, why);
}

}  // namespace

void Dispatch(Session& session, v1::Call& call) {
  {
    MutexLock lock(session.mutex());
    if (session.ended()) return;
    session.Called();
    const absl::Status status = CheckAndMake(session, call);
    if (absl::IsPermissionDenied(status)) Deny(session, call, std::string(status.message()));
    if (!status.ok()) Refuse(session, call.id(), status);
  }
  session.Send();
}

}  // namespace balcony::agent
