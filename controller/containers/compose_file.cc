#include "controller/containers/compose_file.h"

#include <map>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "controller/script/address.h"

namespace balcony::containers {
namespace {

// Docker sets the first port that needs no privilege to 0, and takes IPv6's loopback away; hosts
// have both as Linux gives them. On a network without a way out nobody answers for a name that none
// of its containers has: that should not take long.
constexpr char kAgent[] = R"(x-agent: &agent
  image: $${BALCONY_AGENT_IMAGE:-balcony-agent}
  read_only: true
  cap_drop: [ALL]
$0  security_opt: ["no-new-privileges:true"]
  dns_opt: ["timeout:1", "attempts:1"]
  tmpfs: ["/run/balcony:uid=$1,gid=$1,mode=0700"]
)";
constexpr char kSysctls[] = R"(
      net.ipv4.ip_unprivileged_port_start: "1024"
      net.ipv6.conf.lo.disable_ipv6: "0")";
// Docker needs the capability among those that a root has; nobody else gets it.
constexpr char kRaw[] = "  cap_add: [NET_RAW]\n  user: \"0:0\"\n";

struct Prefix {
  std::vector<uint8_t> network;
  int length = 0;
};

Prefix PrefixOf(const script::Lan& lan) {
  const std::vector<std::string> parts = absl::StrSplit(lan.prefix, '/');
  return {*script::AddressBytes(parts[0]), std::stoi(parts[1])};
}

bool IsIpv6(const script::Lan& lan) { return PrefixOf(lan).network.size() == 16; }

// An address of the LAN that no host has, from its end: Docker gives one to its bridge.
absl::StatusOr<std::string> GatewayOf(const script::Topology& topology, int lan) {
  std::set<std::vector<uint8_t>> taken;
  for (const script::Host& host : topology.hosts) {
    for (const script::HostAddress& address : host.addresses) {
      if (address.lan == lan) taken.insert(*script::AddressBytes(address.address));
    }
  }
  const Prefix prefix = PrefixOf(topology.lans[static_cast<size_t>(lan)]);
  std::vector<uint8_t> candidate = script::BroadcastOf(prefix.network, prefix.length);
  // Docker takes a byte's 255 for no host's address, and no LAN of ours has so many hosts.
  while (candidate > prefix.network) {
    for (size_t i = candidate.size(); i-- > 0 && candidate[i]-- == 0;) {
    }
    if (candidate != prefix.network && !taken.contains(candidate)) {
      return script::AddressText(candidate);
    }
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the LAN ", topology.lans[static_cast<size_t>(lan)].prefix,
                   " has no address left for Docker's gateway; give it a shorter prefix"));
}

std::string ServiceOf(const script::Host& host) {
  return host.number == 0 ? host.name : absl::StrCat(host.base, "-", host.number);
}

// client[1] and client-1 cannot both be.
absl::Status CheckNames(const script::Topology& topology) {
  std::map<std::string, std::string> hosts;
  for (const script::Host& host : topology.hosts) {
    const auto [there, is_new] = hosts.emplace(ServiceOf(host), host.name);
    if (is_new) continue;
    return absl::FailedPreconditionError(absl::StrCat(there->second, " and ", host.name,
                                                      " would both be the service ", there->first,
                                                      "; rename one of them"));
  }
  return absl::OkStatus();
}

// A container has one address in each network and family.
absl::Status CheckAddresses(const script::Host& host) {
  std::set<int> lans;
  for (const script::HostAddress& address : host.addresses) {
    if (lans.insert(address.lan).second) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(host.name,
                     " has more than one address on one LAN, and a container has but"
                     " one in a network; --fleet local can do that"));
  }
  return absl::OkStatus();
}

std::string Networks(const script::Topology& topology, const script::Host& host,
                     const ComposeStyle& style) {
  std::string text;
  for (const script::HostAddress& address : host.addresses) {
    if (!style.addresses) {
      absl::StrAppend(&text, "      lan-", address.lan + 1, ": {}\n");
      continue;
    }
    const bool ipv6 = IsIpv6(topology.lans[static_cast<size_t>(address.lan)]);
    absl::StrAppend(&text, "      lan-", address.lan + 1, ": {", ipv6 ? "ipv6" : "ipv4",
                    "_address: \"", address.address, "\"}\n");
  }
  return text;
}

std::string Service(const script::Topology& topology, const script::Host& host,
                    const ComposeStyle& style) {
  std::string text = absl::Substitute(
      "  $0:\n    <<: *agent\n    hostname: $0\n    labels: {balcony.host: \"$1\"}\n    "
      "sysctls:$2\n",
      ServiceOf(host), host.name, kSysctls);
  for (const script::Sysctl& sysctl : host.sysctls) {
    absl::SubstituteAndAppend(&text, "      $0: \"$1\"\n", sysctl.path, sysctl.value);
  }
  return absl::StrCat(text, "    networks:\n", Networks(topology, host, style));
}

absl::StatusOr<std::string> Network(const script::Topology& topology, int lan,
                                    const ComposeStyle& style) {
  std::string text = absl::StrCat("  lan-", lan + 1, ":\n    internal: true\n");
  if (!style.addresses) return text;
  absl::StatusOr<std::string> gateway = GatewayOf(topology, lan);
  if (!gateway.ok()) return gateway.status();
  const script::Lan& declared = topology.lans[static_cast<size_t>(lan)];
  if (IsIpv6(declared)) absl::StrAppend(&text, "    enable_ipv6: true\n");
  absl::SubstituteAndAppend(&text, "    ipam: {config: [{subnet: \"$0\", gateway: \"$1\"}]}\n",
                            declared.prefix, *gateway);
  return text;
}

}  // namespace

absl::StatusOr<std::string> ComposeFile(const script::Topology& topology,
                                        const ComposeStyle& style) {
  if (absl::Status named = CheckNames(topology); !named.ok()) return named;
  std::string text = absl::Substitute(kAgent, style.raw ? kRaw : "", style.raw ? "0" : "65532");
  absl::StrAppend(&text, "services:\n");
  for (const script::Host& host : topology.hosts) {
    if (absl::Status fits = CheckAddresses(host); !fits.ok()) return fits;
    absl::StrAppend(&text, Service(topology, host, style));
  }
  absl::StrAppend(&text, "networks:\n");
  for (size_t lan = 0; lan < topology.lans.size(); ++lan) {
    absl::StatusOr<std::string> network = Network(topology, static_cast<int>(lan), style);
    if (!network.ok()) return network.status();
    absl::StrAppend(&text, *network);
  }
  return text;
}

}  // namespace balcony::containers
