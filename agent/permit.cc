#include "agent/permit.h"

#include <netinet/ip.h>
#include <netinet/ip6.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

Ports PortsOf(const Socket& socket) {
  switch (socket.transport()) {
    case v1::TRANSPORT_RAW:
      return Ports::kAny;
    case v1::TRANSPORT_PING:
      return Ports::kNone;
    default:
      return Ports::kOne;
  }
}

absl::Status WithField(const absl::Status& status, absl::string_view field = "address") {
  return status.ok() ? status : Refusal(status.code(), field, status.message());
}

// As Policy::Check, for a socket of IPv6 that speaks IPv4 too: there :: is 0.0.0.0 as well.
absl::Status CheckBoth(const Policy& policy, Verb verb, const Socket& socket,
                       const Address& address) {
  const Ports ports = PortsOf(socket);
  absl::Status status = policy.Check(verb, address, ports);
  if (status.ok() && address.family() == AF_INET6 && IsWildcard(address) && socket.SpeaksBoth()) {
    status = policy.Check(verb, Wildcard(AF_INET, address.port()), ports);
  }
  return status;
}

absl::Status CheckDestination(const Policy& policy, Verb verb, Socket& socket,
                              const Address& address) {
  absl::Status status = CheckBoth(policy, verb, socket, address);
  if (!status.ok() || !IsWildcard(Unmapped(address))) return status;
  // The kernel takes the socket's own address instead, which with IP_TRANSPARENT may be anybody's.
  const Address own = socket.tuple().local;
  if (!own.known() || IsWildcard(Unmapped(own))) return status;
  return policy.Check(verb, WithPort(own, address.port()), PortsOf(socket));
}

// As much of the data as an IP header may be long.
std::string Beginning(const v1::Data& data) {
  std::string beginning;
  const uint64_t count = data.has_count() ? data.count() : 1;
  for (uint64_t i = 0; i < count && beginning.size() < sizeof(ip6_hdr) && !data.unit().empty(); ++i)
    beginning += data.unit().substr(0, sizeof(ip6_hdr));
  return beginning;
}

// The destination in an IP header; unknown if it is none.
Address DestinationIn(absl::string_view header) {
  const int version = header.empty() ? 0 : static_cast<unsigned char>(header[0]) >> 4;
  if (version == 4 && header.size() >= sizeof(iphdr)) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, header.data() + offsetof(iphdr, daddr), sizeof v4.sin_addr);
    return Address(v4);
  }
  if (version == 6 && header.size() >= sizeof(ip6_hdr)) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(&v6.sin6_addr, header.data() + offsetof(ip6_hdr, ip6_dst), sizeof v6.sin6_addr);
    return Address(v6);
  }
  return {};
}

}  // namespace

absl::Status PermitBind(Session& session, Sockets::Entry& entry, const Address& address) {
  return WithField(CheckBoth(session.policy(), Verb::kBind, entry.socket, address));
}

absl::Status PermitListen(Session& session, Sockets::Entry& entry) {
  // An address that the kernel chose, for a connect that failed, is given back and chosen anew.
  if (entry.socket.bound()) return absl::OkStatus();
  const int family = entry.socket.tuple().local.family();
  return WithField(CheckBoth(session.policy(), Verb::kBind, entry.socket, Wildcard(family, 0)),
                   "socket");
}

absl::Status PermitConnect(Session& session, Sockets::Entry& entry, const Address& address) {
  return WithField(CheckDestination(session.policy(), Verb::kConnect, entry.socket, address));
}

absl::Status PermitSend(Session& session, Sockets::Entry& entry, const Address& address) {
  const Verb verb = entry.socket.is_tcp() ? Verb::kConnect : Verb::kSend;
  return WithField(CheckDestination(session.policy(), verb, entry.socket, address));
}

absl::Status PermitPacket(Session& session, Sockets::Entry& entry, const v1::Data& data) {
  if (entry.socket.transport() != v1::TRANSPORT_RAW) return absl::OkStatus();
  // Whether it is a header is settled when the kernel takes it, which may be after a setsockopt.
  const Address destination = DestinationIn(Beginning(data));
  if (!destination.known()) return absl::OkStatus();
  return WithField(session.policy().CheckOwnHeader(destination), "data");
}

absl::Status PermitOwnHeader(Session& session, absl::string_view field) {
  if (!session.policy().has_rules()) return absl::OkStatus();
  return WithField(
      absl::PermissionDeniedError(absl::StrCat(
          "a header of one's own can name any destination, and so get around ",
          session.policy().Rules(), "; it takes an agent that was started without --allow")),
      field);
}

}  // namespace balcony::agent
