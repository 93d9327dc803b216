#include "controller/fleet/needs.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/fleet/casting.h"

namespace balcony::fleet {
namespace {

using script::Need;
using script::Needed;

constexpr uint32_t kPrivilegedPorts = 1024;

// One host, asked.
struct Host {
  const script::Host& declared;
  const v1::DescribeResponse& told;
  absl::Span<const std::string> addresses;  // none where they are not known
};

std::string NotTold(const Host& host) {
  return absl::StrCat("the agent of ", host.declared.name, " does not tell");
}

bool Has(const v1::DescribeResponse& told, const std::string& capability) {
  const auto& all = told.capabilities();
  return std::find(all.begin(), all.end(), capability) != all.end();
}

// All of 127.0.0.0/8 is at home where one of it is.
bool HasAddress(const v1::Interface& interface, const std::string& address) {
  const bool loopback = absl::StartsWith(address, "127.");
  const auto& all = interface.addresses();
  return std::any_of(all.begin(), all.end(), [&](const v1::InterfaceAddress& own) {
    return IsAddress(own.address(), address) ||
           (loopback && absl::StartsWith(own.address(), "127."));
  });
}

// Why the first of the interfaces that have the host's addresses is not as it must be; `why_not`
// says it of one.
template <typename WhyNot>
std::string WhyNotByInterface(const Host& host, const WhyNot& why_not) {
  for (const std::string& address : host.addresses) {
    const auto& all = host.told.interfaces();
    const auto found = std::find_if(all.begin(), all.end(), [&](const v1::Interface& interface) {
      return HasAddress(interface, address);
    });
    if (found == all.end()) return NotTold(host);
    if (std::string why = why_not(*found); !why.empty()) return why;
  }
  return "";
}

std::string WhyNotMtu(const Host& host, uint32_t bytes) {
  return WhyNotByInterface(host, [&](const v1::Interface& interface) -> std::string {
    if (interface.mtu() == bytes) return "";
    return absl::StrCat("that of ", host.declared.name, "'s ", interface.name(), " is ",
                        interface.mtu());
  });
}

std::string WhyNotBroadcast(const Host& host) {
  return WhyNotByInterface(host, [&](const v1::Interface& interface) -> std::string {
    if (interface.broadcast()) return "";
    if (!interface.has_broadcast()) return NotTold(host);
    return absl::StrCat(host.declared.name, "'s ", interface.name(), " carries none");
  });
}

std::string WhyNotMulticast(const Host& host) {
  return WhyNotByInterface(host, [&](const v1::Interface& interface) -> std::string {
    if (interface.multicast()) return "";
    if (!interface.has_multicast()) return NotTold(host);
    return absl::StrCat(host.declared.name, "'s ", interface.name(), " carries none");
  });
}

std::string WhyADefaultRoute(const Host& host) {
  if (!host.told.has_default_routes()) return NotTold(host);
  const v1::DefaultRoutes& routes = host.told.default_routes();
  if (!routes.has_ipv4() && !routes.has_ipv6()) return "";
  const v1::Route& route = routes.has_ipv4() ? routes.ipv4() : routes.ipv6();
  return absl::StrCat(host.declared.name, " has one", routes.has_ipv4() ? "" : " of IPv6",
                      route.interface().empty() ? "" : " by ", route.interface());
}

bool DeclaresIpv6(const script::Host& host) {
  return std::any_of(host.addresses.begin(), host.addresses.end(),
                     [](const auto& own) { return absl::StrContains(own.address, ':'); });
}

std::string WhyNotIpv6(const Host& host) {
  if (!host.told.has_ipv6()) return NotTold(host);
  if (!host.told.ipv6()) return absl::StrCat(host.declared.name, " has none");
  if (CanPlayIpv6(host.declared, host.told)) return "";
  return absl::StrCat(host.declared.name, " has no IPv6 address beyond loopback");
}

std::string WhyNotIpv6Loopback(const Host& host) {
  if (!host.told.has_ipv6_loopback()) return NotTold(host);
  return host.told.ipv6_loopback() ? "" : absl::StrCat(host.declared.name, " has no ::1");
}

std::string WhyNotKernel(const Host& host, const Needed& need) {
  const std::string& release = host.told.kernel().release();
  const auto version = script::VersionOf(release);
  if (!version) return NotTold(host);
  return *version >= need.version ? "" : absl::StrCat(host.declared.name, "'s is ", release);
}

std::string WhyNotPrivilegedPorts(const Host& host) {
  if (!host.told.has_unprivileged_port_start()) return NotTold(host);
  const uint32_t start = host.told.unprivileged_port_start();
  if (start < kPrivilegedPorts)
    return absl::StrCat("on ", host.declared.name, " anybody binds ports from ", start, " on");
  if (!Has(host.told, "CAP_NET_BIND_SERVICE")) return "";
  return absl::StrCat("the agent of ", host.declared.name, " has CAP_NET_BIND_SERVICE");
}

std::string WhyNotRaw(const Host& host) {
  if (Has(host.told, "CAP_NET_RAW")) return "";
  return absl::StrCat("the agent of ", host.declared.name, " has no CAP_NET_RAW");
}

std::string WhyNotOn(const Host& host, const Needed& need) {
  switch (need.need) {
    case Need::kBroadcast:
      return WhyNotBroadcast(host);
    case Need::kIpv6:
      return WhyNotIpv6(host);
    case Need::kIpv6Loopback:
      return WhyNotIpv6Loopback(host);
    case Need::kKernel:
      return WhyNotKernel(host, need);
    case Need::kMtu:
      return WhyNotMtu(host, need.bytes);
    case Need::kMulticast:
      return WhyNotMulticast(host);
    case Need::kNoDefaultRoute:
      return WhyADefaultRoute(host);
    case Need::kPrivilegedPorts:
      return WhyNotPrivilegedPorts(host);
    case Need::kRaw:
      return WhyNotRaw(host);
    case Need::kWire:  // the fleet's
      return "";
  }
  return "";
}

// What shows before any host is asked.
std::string WhyNotOnFleet(const script::Topology& topology, const Needed& need,
                          const Grounds& grounds) {
  if (need.need == Need::kWire && !grounds.wire)
    return grounds.shared ? "hosts on loopback addresses have none" : "given agents have none";
  if (need.need != Need::kIpv6 || !grounds.shared) return "";
  const bool declared = std::any_of(topology.hosts.begin(), topology.hosts.end(), DeclaresIpv6);
  return declared ? "hosts on loopback addresses have IPv4 alone" : "";
}

}  // namespace

std::string WhyNotHere(const script::Topology& topology, const Grounds& grounds) {
  for (const Needed& need : topology.needs) {
    std::string why = WhyNotOnFleet(topology, need, grounds);
    for (size_t i = 0; i < grounds.descriptions.size() && why.empty(); ++i) {
      Host host = {topology.hosts[i], grounds.descriptions[i], {}};
      if (!grounds.addresses.empty()) host.addresses = grounds.addresses[i];
      why = WhyNotOn(host, need);
    }
    if (!why.empty()) return absl::StrCat("needs ", need.written, ", and ", why);
  }
  return "";
}

}  // namespace balcony::fleet
