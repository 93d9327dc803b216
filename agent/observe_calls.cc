#include <algorithm>
#include <optional>
#include <tuple>
#include <vector>

#include "agent/calls.h"
#include "agent/check.h"
#include "agent/raw_tables.h"
#include "agent/refusal.h"
#include "agent/tcp_info.h"

namespace balcony::agent::calls {
namespace {

void Write(const Diag::Row& row, v1::Queues* queues) {
  queues->set_recv_queue(row.recv_queue);
  queues->set_send_queue(row.send_queue);
}

void Write(const Diag::Timer& timer, v1::Timer* written) {
  written->set_kind(timer.kind);
  SetDuration(timer.expires, written->mutable_expires());
  written->set_retransmits(timer.retransmits);
}

void Write(const Diag::Row& row, v1::SocketEntry* entry) {
  if (row.uid) entry->set_uid(*row.uid);
  entry->set_transport(row.transport);
  entry->set_state(row.state);
  PrintEndpoint(row.local, entry->mutable_local());
  PrintEndpoint(row.peer, entry->mutable_peer());
  Write(row, entry->mutable_queues());
  if (row.timer) Write(*row.timer, entry->mutable_timer());
}

void Write(const Diag::Row& row, v1::TcpInfo* info) {
  info->set_state(row.state);
  info->set_congestion(row.congestion);
  PrintTcpInfo(row.tcp_info, info);
}

// The kernel's tables know no ping sockets, and raw ones only where it was built so: these are
// asked themselves, while they are open.
int LookAtItself(agent::Socket& socket, std::optional<Diag::Row>& row) {
  if (!socket.is_open()) return 0;
  Diag::Row own;
  own.state = socket.tuple().peer.known() ? v1::STATE_ESTABLISHED : v1::STATE_UNCONN;
  const int answer = socket.Memory(own.recv_queue, own.send_queue);
  if (answer == 0) row = own;
  return answer;
}

// The kernel's row for a socket of ours; none if it knows no such connection.
int Look(Session& session, agent::Socket& socket, std::optional<Diag::Row>& row,
         Diag::Detail detail = Diag::Detail::kRow) ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  const Tuple& tuple = socket.tuple();
  if (tuple.transport == v1::TRANSPORT_RAW || tuple.transport == v1::TRANSPORT_PING) {
    return LookAtItself(socket, row);
  }
  // Without a port it is in no table; there is nothing to ask by.
  if (!tuple.local.known() || tuple.local.port() == 0) return 0;
  const int answer = session.diag().Find(tuple, detail, row);
  // Where this one is bound and no more, another may listen.
  if (row && row->state == v1::STATE_LISTEN && socket.is_open() && !socket.Listens()) row.reset();
  return answer;
}

// What a socket is that the kernel's tables do not have.
v1::State Unlisted(const agent::Socket& socket) {
  return socket.is_open() && !socket.is_tcp() ? v1::STATE_UNCONN : v1::STATE_CLOSED;
}

int List(Diag& diag, v1::Family family, v1::Transport transport, std::vector<Diag::Row>& rows) {
  const bool raw = transport == v1::TRANSPORT_RAW || transport == v1::TRANSPORT_PING;
  return raw ? ListRawTable(family, transport, rows) : diag.List(family, transport, rows);
}

int ListAll(Diag& diag, const v1::SocketsRequest& request, std::vector<Diag::Row>& rows) {
  for (const v1::Transport transport :
       {v1::TRANSPORT_TCP, v1::TRANSPORT_UDP, v1::TRANSPORT_RAW, v1::TRANSPORT_PING}) {
    if (request.has_transport() && request.transport() != transport) continue;
    for (const v1::Family family : {v1::FAMILY_INET, v1::FAMILY_INET6}) {
      const int answer = List(diag, family, transport, rows);
      if (answer != 0) return answer;
    }
  }
  return 0;
}

}  // namespace

absl::Status State(Session& session, const v1::StateRequest& request, v1::StateResponse& response) {
  const auto entry = Named(session, request.socket());
  if (!entry.ok()) return entry.status();
  std::optional<Diag::Row> row;
  const int answer = Look(session, (*entry)->socket, row);
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) response.set_state(row ? row->state : Unlisted((*entry)->socket));
  return absl::OkStatus();
}

absl::Status Queues(Session& session, const v1::QueuesRequest& request,
                    v1::QueuesResponse& response) {
  const auto entry = Named(session, request.socket());
  if (!entry.ok()) return entry.status();
  std::optional<Diag::Row> row;
  const int answer = Look(session, (*entry)->socket, row);
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) Write(row.value_or(Diag::Row{}), response.mutable_queues());
  return absl::OkStatus();
}

absl::Status Timer(Session& session, const v1::TimerRequest& request, v1::TimerResponse& response) {
  const auto entry = Named(session, request.socket());
  if (!entry.ok()) return entry.status();
  std::optional<Diag::Row> row;
  const int answer = Look(session, (*entry)->socket, row);
  SetAnswer(answer, response.mutable_outcome());
  if (row && row->timer) Write(*row->timer, response.mutable_timer());
  return absl::OkStatus();
}

absl::Status Info(Session& session, const v1::InfoRequest& request, v1::InfoResponse& response) {
  const auto entry = Named(session, request.socket());
  if (!entry.ok()) return entry.status();
  if (!(*entry)->socket.is_tcp()) {
    return InvalidArgument("socket", "socket must be of TCP: no other transport has a TCP_INFO");
  }
  std::optional<Diag::Row> row;
  const int answer = Look(session, (*entry)->socket, row, Diag::Detail::kTcpInfo);
  SetAnswer(answer, response.mutable_outcome());
  // A TIME-WAIT and a SYN that was not answered to the end have none.
  if (row && !row->tcp_info.empty()) Write(*row, response.mutable_info());
  return absl::OkStatus();
}

absl::Status Sockets(Session& session, const v1::SocketsRequest& request,
                     v1::SocketsResponse& response) {
  absl::Status status;
  if (request.has_transport()) status.Update(CheckTransport(request.transport()));
  if (request.has_state()) status.Update(CheckState(request.state()));
  if (!status.ok()) return status;
  std::vector<Diag::Row> rows;
  const int answer = ListAll(session.diag(), request, rows);
  SetAnswer(answer, response.mutable_outcome());
  if (answer != 0) return absl::OkStatus();
  if (request.has_state()) {
    std::erase_if(rows, [&](const Diag::Row& row) { return row.state != request.state(); });
  }
  std::sort(rows.begin(), rows.end(), [](const Diag::Row& a, const Diag::Row& b) {
    return std::tie(a.transport, a.local, a.peer) < std::tie(b.transport, b.local, b.peer);
  });
  response.set_truncated(rows.size() > session.limits().sockets_listed);
  if (response.truncated()) rows.resize(session.limits().sockets_listed);
  for (const Diag::Row& row : rows) Write(row, response.add_sockets());
  return absl::OkStatus();
}

}  // namespace balcony::agent::calls
