#include "controller/run/match_address.h"

#include <algorithm>

namespace balcony::run {
namespace {

// The host that a name means, or any of those that an array's name means.
absl::StatusOr<bool> MatchNamed(const script::Ref& ref, const Endpoint& end, const Scope& scope) {
  const Names& names = scope.setting.names;
  const std::string& front = ref.path.front();
  const bool one = front == "localhost" || front == "self" ||
                   script::FindExternal(scope.setting.topology, front) != nullptr;
  if (one || !NamesHost(ref, scope)) {
    const auto name = HostOrAddress(ref, scope);
    if (!name.ok()) return name.status();
    return names.Has(*name, end.address) || names.Played(*name) == end.address;
  }
  const auto hosts = Hosts(ref.path.front(), ref.index, scope);
  if (!hosts.ok()) return hosts.status();
  return std::any_of(hosts->begin(), hosts->end(), [&](size_t host) {
    return names.Has(scope.setting.topology.hosts[host].name, end.address) ||
           (scope.setting.owns && scope.setting.owns(host, end));
  });
}

absl::StatusOr<bool> MatchHost(const script::Endpoint& pattern, const Endpoint& end,
                               const Scope& scope) {
  if (std::holds_alternative<script::Wildcard>(pattern.host)) return true;
  if (const auto* address = std::get_if<script::Address>(&pattern.host))
    return scope.setting.names.Played(address->literal) == end.address;
  return MatchNamed(std::get<script::Ref>(pattern.host), end, scope);
}

}  // namespace

absl::StatusOr<bool> MatchEndpoint(const script::Endpoint& pattern, const Value& value,
                                   const Scope& scope) {
  const auto* end = std::get_if<Endpoint>(&value.node);
  if (end == nullptr) return false;
  const auto host = MatchHost(pattern, *end, scope);
  if (!host.ok() || !*host) return host;
  const auto* port = std::get_if<script::PortRange>(&pattern.port);
  if (port == nullptr) return true;
  const auto from = EvaluateNumber(*port->from, scope);
  if (!from.ok()) return from.status();
  const auto to = port->to ? EvaluateNumber(*port->to, scope) : from;
  if (!to.ok()) return to.status();
  return *from <= end->port && end->port <= *to;
}

absl::StatusOr<bool> MatchHostName(const script::Ref& host, const Address& address,
                                   const Scope& scope) {
  return MatchNamed(host, {address.literal, 0}, scope);
}

bool MatchAddress(const script::Address& pattern, const Value& value, const Scope& scope) {
  const std::string played = scope.setting.names.Played(pattern.literal);
  if (const auto* text = std::get_if<Text>(&value.node)) return text->bytes() == played;
  const auto* address = std::get_if<Address>(&value.node);
  return address != nullptr && address->literal == played;
}

}  // namespace balcony::run
