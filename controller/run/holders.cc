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

std::string Describe(const v1::SocketEntry& holder) {
  std::string text = absl::StrCat("the port was taken before the run began: ",
                                  holder.transport() == v1::TRANSPORT_TCP ? "tcp " : "udp ",
                                  StateOf(holder), " ", Literal(holder.local()));
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
  for (const v1::SocketEntry& holder : now->sockets()) {
    const bool before =
        std::any_of(before_[host].begin(), before_[host].end(),
                    [&](const v1::SocketEntry& entry) { return IsSame(entry, holder); });
    if (before && holder.transport() == request.on->transport && Meets(wanted, holder.local())) {
      return Describe(holder);
    }
  }
  return "";
}

}  // namespace balcony::run
