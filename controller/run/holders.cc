#include "controller/run/holders.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "controller/run/ask.h"
#include "controller/script/shape.h"

namespace balcony::run {
namespace {

bool IsAny(const std::string& address) { return address == "0.0.0.0" || address == "::"; }

// Whether both cannot be bound at once.
bool Meets(const v1::Endpoint& wanted, const v1::Endpoint& held) {
  return wanted.port() == held.port() &&
         (wanted.address() == held.address() || IsAny(wanted.address()) || IsAny(held.address()));
}

bool IsSame(const v1::SocketEntry& a, const v1::SocketEntry& b) {
  return a.transport() == b.transport() && a.local().port() == b.local().port() &&
         a.local().address() == b.local().address() && a.peer().port() == b.peer().port() &&
         a.peer().address() == b.peer().address();
}

std::string Literal(const v1::Endpoint& end) {
  const bool ipv6 = end.address().find(':') != std::string::npos;
  return absl::StrCat(ipv6 ? "[" : "", end.address(), ipv6 ? "]:" : ":", end.port());
}

std::string StateOf(const v1::SocketEntry& entry) {
  return script::WordOf(*v1::State_descriptor()->FindValueByNumber(entry.state()));
}

bool IsClosing(v1::State state) {
  return state == v1::STATE_FIN_WAIT_1 || state == v1::STATE_FIN_WAIT_2 ||
         state == v1::STATE_CLOSING || state == v1::STATE_LAST_ACK;
}

// Whether it is bound and no connection's: of a program of another user it is no doing of the
// run's, whenever it came.
bool IsAnothers(const v1::SocketEntry& entry, const v1::DescribeResponse& agent) {
  const bool is_bound = entry.state() == v1::STATE_LISTEN || entry.state() == v1::STATE_UNCONN;
  return is_bound && entry.has_uid() && agent.has_uid() && entry.uid() != agent.uid();
}

std::string Describe(const v1::SocketEntry& holder, bool before) {
  std::string text =
      absl::StrCat("the port was taken ", before ? "before the run began: " : "by somebody else: ",
                   holder.transport() == v1::TRANSPORT_TCP ? "tcp " : "udp ", StateOf(holder), " ",
                   Literal(holder.local()));
  if (IsClosing(holder.state())) {
    return absl::StrCat(
        text, " > ", Literal(holder.peer()),
        ", a connection of an earlier run that is still closing; it goes in a minute");
  }
  if (holder.state() != v1::STATE_TIME_WAIT) {
    return absl::StrCat(text, ", of a program that is none of the run's",
                        holder.has_uid() ? absl::StrCat(", of user ", holder.uid()) : "",
                        "; end it, or use another port");
  }
  const auto left = absl::Seconds(holder.timer().expires().seconds() + 1);
  return absl::StrCat(text, " > ", Literal(holder.peer()),
                      ", a connection of an earlier run; it goes in ", absl::FormatDuration(left),
                      ", or with a restart of the host");
}

}  // namespace

absl::StatusOr<Holders> Holders::Look(fleet::Fleet& fleet) {
  Holders holders;
  if (fleet.wire != nullptr) return holders;
  for (const fleet::FleetHost& host : fleet.hosts) {
    absl::StatusOr<v1::SocketsResponse> sockets = AskSockets(*host.agent);
    if (!sockets.ok()) return sockets.status();
    holders.before_.emplace_back(sockets->sockets().begin(), sockets->sockets().end());
  }
  return holders;
}

absl::StatusOr<std::string> Holders::WhyHeld(fleet::AgentLink& agent, size_t host,
                                             const Request& request, const Answer& answer) const {
  if (answer.kind != Answer::Kind::kErrno || answer.error != "EADDRINUSE") return "";
  if (before_.empty() || !request.call.has_bind() || !request.on) return "";
  const v1::Endpoint& wanted = request.call.bind().address();
  const absl::StatusOr<v1::SocketsResponse> now = AskSockets(agent);
  if (!now.ok()) return now.status();
  const absl::StatusOr<v1::DescribeResponse> description = agent.Describe();
  if (!description.ok()) return description.status();
  for (const v1::SocketEntry& holder : now->sockets()) {
    const bool before =
        std::any_of(before_[host].begin(), before_[host].end(),
                    [&](const v1::SocketEntry& entry) { return IsSame(entry, holder); });
    const bool meets = holder.transport() == request.on->transport && Meets(wanted, holder.local());
    if (meets && (before || IsAnothers(holder, *description))) return Describe(holder, before);
  }
  return "";
}

}  // namespace balcony::run
