#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/run/evaluate.h"
#include "controller/script/address.h"

namespace balcony::run {
namespace {

absl::StatusOr<std::string> AddressOf(const Value& value, const std::string& name) {
  if (const auto* address = std::get_if<Address>(&value.node)) return address->literal;
  const auto* text = std::get_if<Text>(&value.node);
  if (text == nullptr || text->size() > kMaxTextBytes)
    return Wrong(absl::StrCat(name, " is no host and no address"));
  return text->bytes();
}

}  // namespace

bool NamesHost(const script::Ref& ref, const Scope& scope) {
  if (ref.path.size() != 1) return false;
  const std::string& name = ref.path.front();
  const auto& hosts = scope.setting.topology.hosts;
  if (script::FindExternal(scope.setting.topology, name) != nullptr) return true;
  return name == "self" || name == "localhost" ||
         std::any_of(hosts.begin(), hosts.end(),
                     [&](const script::Host& host) { return host.base == name; });
}

absl::StatusOr<std::string> HostOrAddress(const script::Ref& ref, const Scope& scope) {
  if (!NamesHost(ref, scope)) {
    const auto value = Look(ref, scope);
    if (!value.ok()) return value.status();
    return AddressOf(*value, absl::StrJoin(ref.path, "."));
  }
  const std::string& name = ref.path.front();
  if (name == "localhost") return name;
  if (script::FindExternal(scope.setting.topology, name) != nullptr) return name;
  if (name == "self") return scope.setting.topology.hosts[scope.self].name;
  const auto hosts = Hosts(name, ref.index, scope);
  if (!hosts.ok()) return hosts.status();
  if (hosts->size() != 1)
    return Wrong(absl::StrCat(name, " means ", hosts->size(), " hosts; one is wanted here"));
  return scope.setting.topology.hosts[hosts->front()].name;
}

absl::StatusOr<std::vector<size_t>> Hosts(const std::string& name,
                                          const std::optional<script::Index>& index,
                                          const Scope& scope) {
  int64_t from = 0;
  int64_t to = std::numeric_limits<int64_t>::max();
  if (index && !index->all) {
    const auto first = EvaluateNumber(*index->from, scope);
    if (!first.ok()) return first.status();
    const auto last = index->to ? EvaluateNumber(*index->to, scope) : first;
    if (!last.ok()) return last.status();
    from = *first;
    to = *last;
  }
  std::vector<size_t> found;
  const auto& hosts = scope.setting.topology.hosts;
  for (size_t i = 0; i < hosts.size(); ++i) {
    const bool named = name == "*" || hosts[i].base == name;
    if (named && hosts[i].number >= from && hosts[i].number <= to) found.push_back(i);
  }
  if (found.empty()) return Wrong(absl::StrCat("no host is meant by ", name));
  return found;
}

absl::StatusOr<std::string> EvaluateAddress(const script::Expr& expr, v1::Family family,
                                            const Scope& scope) {
  const auto* ref = std::get_if<script::Ref>(&expr.node);
  if (ref == nullptr || !NamesHost(*ref, scope)) {
    const auto value = Evaluate(expr, scope);
    if (!value.ok()) return value.status();
    return AddressOf(*value, "this");
  }
  const auto host = HostOrAddress(*ref, scope);
  if (!host.ok()) return host.status();
  if (family != v1::FAMILY_UNSPECIFIED)
    return scope.setting.names.Resolve(*host, family, scope.self);
  auto found = scope.setting.names.Resolve(*host, v1::FAMILY_INET, scope.self);
  return found.ok() ? found : scope.setting.names.Resolve(*host, v1::FAMILY_INET6, scope.self);
}

absl::StatusOr<Endpoint> EvaluateEndpoint(const script::Expr& expr, v1::Family family,
                                          const Scope& scope) {
  const auto* written = std::get_if<script::Endpoint>(&expr.node);
  if (written == nullptr) {
    const auto value = Evaluate(expr, scope);
    if (!value.ok()) return value.status();
    if (const auto* end = std::get_if<Endpoint>(&value->node)) return *end;
    return Wrong("an endpoint is wanted here, as in juliet:4000");
  }
  const auto* port = std::get_if<script::PortRange>(&written->port);
  if (port == nullptr || port->to) return Wrong("an endpoint to use has one port");
  const auto number = EvaluateNumber(*port->from, scope);
  if (!number.ok()) return number.status();
  if (*number < 0 || *number > 65535)
    return Wrong(absl::StrCat("port ", *number, " is not in 0..65535"));
  Endpoint end{"", static_cast<uint32_t>(*number)};
  if (const auto* address = std::get_if<script::Address>(&written->host)) {
    end.address = scope.setting.names.Played(address->literal);
    return end;
  }
  const auto* ref = std::get_if<script::Ref>(&written->host);
  if (ref == nullptr) return Wrong("* stands in patterns only; 0.0.0.0 or [::] is any address");
  const auto host = HostOrAddress(*ref, scope);
  if (!host.ok()) return host.status();
  if (script::AddressBytes(*host)) {
    end.address = scope.setting.names.Played(*host);
    return end;
  }
  const auto resolved = scope.setting.names.Resolve(*host, family, scope.self);
  if (!resolved.ok()) return resolved.status();
  end.address = *resolved;
  return end;
}

}  // namespace balcony::run
