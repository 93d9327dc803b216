#include "agent/diag.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace balcony::agent {
namespace {

// What `ss -a` lists: all states but that of sockets which are bound and nothing else (13, since
// Linux 6.8).
constexpr uint32_t kAllStates = 0x1fff;
constexpr uint8_t kTimeWait = 6;
// Attributes of an answer are asked for by the bits of their numbers less one.
constexpr __u8 kTcpInfoAndCongestion = 1 << (INET_DIAG_INFO - 1) | 1 << (INET_DIAG_CONG - 1);

// The kernel's numbers are in its net/tcp_states.h and have no header for programs.
v1::State ToState(v1::Transport transport, uint8_t kernel) {
  constexpr std::array<v1::State, 13> kTcp = {
      v1::STATE_UNSPECIFIED, v1::STATE_ESTABLISHED, v1::STATE_SYN_SENT,  v1::STATE_SYN_RECEIVED,
      v1::STATE_FIN_WAIT_1,  v1::STATE_FIN_WAIT_2,  v1::STATE_TIME_WAIT, v1::STATE_CLOSED,
      v1::STATE_CLOSE_WAIT,  v1::STATE_LAST_ACK,    v1::STATE_LISTEN,    v1::STATE_CLOSING,
      v1::STATE_SYN_RECEIVED};
  if (kernel >= kTcp.size()) return v1::STATE_UNSPECIFIED;
  const v1::State state = kTcp[kernel];
  return transport == v1::TRANSPORT_UDP && state == v1::STATE_CLOSED ? v1::STATE_UNCONN : state;
}

// 0.0.0.0:0 or [::]:0.
Address Nobody(int family) {
  constexpr __be32 kZero[4] = {};
  return AddressFrom(family, kZero, 0);
}

inet_diag_req_v2 NewQuery(int family, v1::Transport transport) {
  inet_diag_req_v2 query{};
  query.sdiag_family = static_cast<__u8>(family);
  query.sdiag_protocol = transport == v1::TRANSPORT_UDP ? IPPROTO_UDP : IPPROTO_TCP;
  query.idiag_states = kAllStates;
  query.id.idiag_cookie[0] = query.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return query;
}

// As ss of iproute2 reads them; 0 is none.
std::optional<Diag::Timer> ToTimer(const inet_diag_msg& message) {
  constexpr std::array<v1::TimerKind, 5> kKinds = {v1::TIMER_KIND_UNSPECIFIED, v1::TIMER_KIND_ON,
                                                   v1::TIMER_KIND_KEEPALIVE,
                                                   v1::TIMER_KIND_TIMEWAIT, v1::TIMER_KIND_PERSIST};
  if (message.idiag_timer == 0 || message.idiag_timer >= kKinds.size()) return std::nullopt;
  return Diag::Timer{kKinds[message.idiag_timer], absl::Milliseconds(message.idiag_expires),
                     message.idiag_retrans};
}

Diag::Row ToRow(v1::Transport transport, const NetlinkMessage& answer) {
  const auto message = answer.ToHead<inet_diag_msg>();
  Diag::Row row;
  row.transport = transport;
  row.state = ToState(transport, message.idiag_state);
  row.local =
      AddressFrom(message.idiag_family, message.id.idiag_src, ntohs(message.id.idiag_sport));
  row.peer = AddressFrom(message.idiag_family, message.id.idiag_dst, ntohs(message.id.idiag_dport));
  // A TIME-WAIT has no queues.
  if (message.idiag_state != kTimeWait) {
    row.recv_queue = message.idiag_rqueue;
    row.send_queue = message.idiag_wqueue;
    row.uid = message.idiag_uid;
  }
  row.timer = ToTimer(message);
  row.tcp_info = answer.Attribute(sizeof message, INET_DIAG_INFO);
  const std::string_view congestion = answer.Attribute(sizeof message, INET_DIAG_CONG);
  row.congestion = congestion.substr(0, congestion.find('\0'));
  return row;
}

// After a connect that failed the kernel still has the peer's address, without its port: that is no
// peer.
bool IsSamePeer(const Address& a, const Address& b) {
  return a == b || (a.port() == 0 && b.port() == 0);
}

Address PeerOf(const Tuple& tuple) {
  return tuple.peer.known() ? tuple.peer : Nobody(tuple.local.family());
}

inet_diag_req_v2 QueryFor(const Tuple& tuple) {
  const Address peer = PeerOf(tuple);
  // A lookup of UDP is for a packet that arrives: its source is our peer.
  const bool udp = tuple.transport == v1::TRANSPORT_UDP;
  const Address& source = udp ? peer : tuple.local;
  const Address& destination = udp ? tuple.local : peer;
  inet_diag_req_v2 query = NewQuery(tuple.local.family(), tuple.transport);
  std::memcpy(query.id.idiag_src, source.bytes(), source.bytes_size());
  std::memcpy(query.id.idiag_dst, destination.bytes(), destination.bytes_size());
  query.id.idiag_sport = htons(source.port());
  query.id.idiag_dport = htons(destination.port());
  query.id.idiag_if = tuple.local.scope() != 0 ? tuple.local.scope() : tuple.interface;
  return query;
}

}  // namespace

Diag::Diag() : netlink_(NETLINK_SOCK_DIAG) {}

int Diag::Find(const Tuple& tuple, Detail detail, std::optional<Row>& row) {
  const Address peer = PeerOf(tuple);
  inet_diag_req_v2 query = QueryFor(tuple);
  if (detail == Detail::kTcpInfo) query.idiag_ext = kTcpInfoAndCongestion;
  const int answer = netlink_.Ask(NetlinkRequest(SOCK_DIAG_BY_FAMILY, 0, query),
                                  [&](const NetlinkMessage& message) {
                                    Row found = ToRow(tuple.transport, message);
                                    // A connection that is gone gives its listener instead: only
                                    // what was asked for counts.
                                    if (found.local == tuple.local && IsSamePeer(found.peer, peer))
                                      row = std::move(found);
                                  });
  return answer == ENOENT ? 0 : answer;
}

int Diag::Destroy(const Tuple& tuple) {
  return netlink_.Ask(NetlinkRequest(SOCK_DESTROY, NLM_F_ACK, QueryFor(tuple)));
}

int Diag::List(v1::Family family, v1::Transport transport, std::vector<Row>& rows) {
  const auto query = NewQuery(family == v1::FAMILY_INET6 ? AF_INET6 : AF_INET, transport);
  return netlink_.Ask(
      NetlinkRequest(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, query),
      [&](const NetlinkMessage& message) { rows.push_back(ToRow(transport, message)); });
}

}  // namespace balcony::agent
