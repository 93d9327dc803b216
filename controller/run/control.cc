#include "controller/run/control.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controller/fleet/casting.h"
#include "controller/run/ask.h"
#include "controller/script/address.h"

namespace balcony::run {
namespace {

constexpr char kForbidden[] = "testbeds forbid experiments there; ";

// Where a call sends to; null if nowhere.
const v1::Endpoint* TargetOf(const v1::Call& call) {
  if (call.has_connect()) return &call.connect().address();
  if (call.has_sendto()) return &call.sendto().address();
  if (call.has_sendmsg() && call.sendmsg().has_address()) return &call.sendmsg().address();
  return nullptr;
}

// Multicast and broadcast leave by an interface that the socket may have chosen.
bool IsForMany(const std::string& address) {
  constexpr uint8_t kMulticast4 =
      224;  // to 239; 255 is the broadcast's, and what is between is no address
  constexpr uint8_t kMulticast6 = 0xff;
  const auto bytes = script::AddressBytes(address);
  return bytes && bytes->front() >= (bytes->size() == 4 ? kMulticast4 : kMulticast6);
}

bool IsWildcard(const v1::Endpoint& end) {
  return end.address() == "0.0.0.0" || end.address() == "::";
}

}  // namespace

absl::StatusOr<ControlNetworks> ControlNetworks::Look(fleet::Fleet& fleet) {
  ControlNetworks networks;
  networks.hosts_.resize(fleet.hosts.size());
  for (size_t i = 0; i < fleet.hosts.size(); ++i) {
    const fleet::FleetHost& host = fleet.hosts[i];
    if (host.control_address.empty()) continue;
    absl::Status looked = Look(*host.agent, host.control_address, networks.hosts_[i]);
    if (!looked.ok()) return looked;
  }
  return networks;
}

absl::Status ControlNetworks::Look(fleet::AgentLink& agent, const std::string& address,
                                   Host& host) {
  const absl::StatusOr<v1::DescribeResponse> description = agent.Describe();
  if (!description.ok()) return description.status();
  for (const v1::Interface& interface : description->interfaces()) {
    std::vector<std::string> addresses;
    for (const auto& own : interface.addresses()) addresses.push_back(own.address());
    const bool is_control =
        std::any_of(addresses.begin(), addresses.end(),
                    [&](const std::string& own) { return fleet::IsAddress(own, address); });
    if (!is_control) continue;
    host.interface = interface.name();
    host.addresses = std::move(addresses);
  }
  const absl::StatusOr<v1::RoutesResponse> routes = AskRoutes(agent);
  if (!routes.ok()) return routes.status();
  for (const v1::Route& route : routes->routes()) {
    const auto network = script::ParseNetwork(route.destination());
    if (network) host.ways.push_back({*network, route.interface(), route.metric()});
  }
  return absl::OkStatus();
}

bool ControlNetworks::LeavesByControl(const Host& host, const std::string& address) const {
  const auto bytes = script::AddressBytes(address);
  if (!bytes || script::IsOwnAddress(*bytes)) return false;
  const Way* best = nullptr;
  for (const Way& way : host.ways) {
    if (!script::Holds(way.network, *bytes)) continue;
    const bool better = best == nullptr || way.network.length > best->network.length ||
                        (way.network.length == best->network.length && way.metric < best->metric);
    if (better) best = &way;
  }
  return best != nullptr && best->interface == host.interface;
}

std::string ControlNetworks::WhyNot(size_t host, const v1::Call& call) const {
  if (hosts_.empty() || hosts_[host].interface.empty()) return "";
  const Host& at = hosts_[host];
  if (call.has_bind()) {
    const std::string& address = call.bind().address().address();
    const bool on_control =
        std::any_of(at.addresses.begin(), at.addresses.end(),
                    [&](const std::string& own) { return fleet::IsAddress(own, address); });
    if (!on_control) return "";
    return absl::StrCat(address, " is on ", at.interface, ", the network of the login, and ",
                        kForbidden, "bind to an address of the experiment's");
  }
  const v1::Endpoint* const target = TargetOf(call);
  if (target == nullptr || IsForMany(target->address())) return "";
  if (!LeavesByControl(at, target->address())) return "";
  return absl::StrCat(target->address(), " is reached by ", at.interface,
                      ", the network of the login, and ", kForbidden,
                      "name a host of the experiment");
}

std::string ControlNetworks::Warning(size_t host, const v1::Call& call,
                                     const v1::Done& done) const {
  if (hosts_.empty() || hosts_[host].interface.empty()) return "";
  const Host& at = hosts_[host];
  if (call.has_bind() && IsWildcard(call.bind().address())) {
    return absl::StrCat("bound on ", at.interface, " too, the network of the login");
  }
  // Where nobody has bound the socket, the kernel has.
  if (call.has_listen() && IsWildcard(done.listen().local())) {
    return absl::StrCat("listens on ", at.interface, " too, the network of the login");
  }
  const v1::Endpoint* const target = TargetOf(call);
  if (target == nullptr || !IsForMany(target->address()) ||
      !LeavesByControl(at, target->address())) {
    return "";
  }
  return absl::StrCat("it leaves by ", at.interface,
                      ", the network of the login, unless the socket has chosen another");
}

}  // namespace balcony::run
