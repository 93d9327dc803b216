#include "controller/run/undecided.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controller/run/ask.h"

namespace balcony::run {
namespace {

// A TCP call that what a peer sends may end.
bool WaitsForPeer(const Flight& flight) {
  const v1::Call& call = flight.request.call;
  const bool waits = call.has_recv() || call.has_recvfrom() || call.has_recvmsg() ||
                     call.has_poll() || call.has_accept();
  return waits && flight.request.on && flight.request.on->transport == v1::TRANSPORT_TCP;
}

// On a dual-stack socket an IPv4 peer is a mapped address (ipv6(7)).
bool Same(const v1::Endpoint& a, const v1::Endpoint& b) {
  return a.port() == b.port() && WithoutMapping(a.address()) == WithoutMapping(b.address());
}

// Whether what host `from` sends to that peer comes to a socket of host `at` that is bound to
// `local`, maybe to any address.
bool ComesTo(RunState& run, size_t from, const v1::Endpoint& peer, size_t at,
             const v1::Endpoint& local) {
  const Names& names = run.setting().names;
  const bool one_stack = from == at || run.fleet().wire == nullptr;
  const bool loopback = names.Has("localhost", peer.address());
  if (peer.port() != local.port() || (loopback && !one_stack)) return false;
  const bool any = local.address() == "0.0.0.0" || local.address() == "::";
  return any ? loopback || names.Has(run.fleet().hosts[at].name, peer.address())
             : Same(peer, local);
}

bool HasSomething(const v1::SocketEntry& entry) {
  return entry.state() == v1::STATE_SYN_SENT ||
         (entry.state() != v1::STATE_LISTEN && entry.queues().send_queue() > 0);
}

// Whether the connection from there is made on this side too: then it is not one that may yet be
// accepted.
bool IsMade(const v1::SocketsResponse& here, const v1::SocketEntry& there) {
  return std::any_of(here.sockets().begin(), here.sockets().end(), [&](const auto& entry) {
    return entry.state() != v1::STATE_LISTEN && entry.state() != v1::STATE_SYN_RECEIVED &&
           Same(entry.local(), there.peer()) && Same(entry.peer(), there.local());
  });
}

}  // namespace

absl::StatusOr<std::string> WhyUndecided(RunState& run, const Flight& flight,
                                         const script::Blocks& blocks) {
  if (blocks.watched || !WaitsForPeer(flight)) return "";
  fleet::AgentLink& agent = *run.fleet().hosts[flight.host].agent;
  const std::string& socket = flight.request.on->name;
  const auto local = AskLocal(agent, socket);
  const auto peer = AskPeer(agent, socket);
  const auto here = AskSockets(agent);
  for (const absl::Status& asked : {local.status(), peer.status(), here.status()}) {
    if (!asked.ok()) return asked;
  }
  if (!*local) return "";
  const std::vector<fleet::FleetHost>& hosts = run.fleet().hosts;
  for (size_t from = 0; from < hosts.size(); ++from) {
    const auto there = AskSockets(*hosts[from].agent);
    if (!there.ok()) return there.status();
    for (const v1::SocketEntry& entry : there->sockets()) {
      const bool ours = *peer ? Same(**peer, entry.local()) : !IsMade(*here, entry);
      if (ours && HasSomething(entry) && ComesTo(run, from, entry.peer(), flight.host, **local)) {
        return absl::StrCat(
            hosts[from].name,
            " still has something unacknowledged for it, and a timer may yet send that; "
            "`blocks for 2s` watches so long");
      }
    }
  }
  return "";
}

}  // namespace balcony::run
