#include "controller/fleet/casting.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/script/address.h"

namespace balcony::fleet {
namespace {

bool IsIpv6(const std::string& address) { return absl::StrContains(address, ':'); }

// An address of a host, and the network that it is of, "172.18.0.0/16".
struct Own {
  std::string address;
  std::string network;
};

Own OwnOf(const v1::InterfaceAddress& address) {
  const int length = static_cast<int>(address.prefix_length());
  const auto bytes = script::AddressBytes(address.address());
  if (!bytes) return {address.address(), ""};
  return {address.address(),
          absl::StrCat(script::AddressText(script::NetworkOf(*bytes, length)), "/", length)};
}

// All addresses of the host's interfaces that are up.
std::vector<Own> AddressesOf(const v1::DescribeResponse& description) {
  std::vector<Own> addresses;
  for (const v1::Interface& interface : description.interfaces()) {
    if (!interface.up()) continue;
    for (const v1::InterfaceAddress& address : interface.addresses()) {
      addresses.push_back(OwnOf(address));
    }
  }
  return addresses;
}

bool Has(const std::vector<Own>& own, const std::string& address) {
  return std::any_of(own.begin(), own.end(), [&](const Own& o) { return o.address == address; });
}

bool CanPlay(const std::string& address, const std::string& declared) {
  return IsIpv6(address) == IsIpv6(declared) && !IsOfOneLink(address);
}

// The networks in which the host could play its declared address, the host's first before the
// others. An address that it has is not played by another.
std::vector<std::string> NetworksFor(const std::string& declared, const std::vector<Own>& own) {
  const bool has = Has(own, declared);
  std::vector<std::string> networks;
  for (const Own& one : own) {
    if (has ? one.address == declared : CanPlay(one.address, declared)) {
      networks.push_back(one.network);
    }
  }
  return networks;
}

// By LAN, the networks that all of its hosts are in.
std::map<int, std::vector<std::string>> CommonNetworks(const script::Topology& topology,
                                                       const std::vector<std::vector<Own>>& owns) {
  std::map<int, std::vector<std::string>> candidates;
  for (size_t i = 0; i < topology.hosts.size(); ++i) {
    for (const script::HostAddress& declared : topology.hosts[i].addresses) {
      const std::vector<std::string> here = NetworksFor(declared.address, owns[i]);
      const auto [common, first] = candidates.emplace(declared.lan, here);
      const auto elsewhere = [&here](const std::string& network) {
        return std::find(here.begin(), here.end(), network) == here.end();
      };
      if (!first) std::erase_if(common->second, elsewhere);
    }
  }
  return candidates;
}

// The network that plays each LAN: of those in common one that plays no other LAN. Left out where
// there is none.
std::map<int, std::string> ChooseNetworks(const std::map<int, std::vector<std::string>>& common) {
  std::map<int, std::string> chosen;
  std::set<std::string> used;
  for (const auto& [lan, networks] : common) {
    for (const std::string& network : networks) {
      if (!used.insert(network).second) continue;
      chosen.emplace(lan, network);
      break;
    }
  }
  return chosen;
}

absl::StatusOr<std::string> NextLoopback(const std::string& declared, const std::string& host,
                                         LoopbackAddresses& loopback) {
  if (!IsIpv6(declared)) return loopback.Next();
  return absl::FailedPreconditionError(absl::StrCat(
      host, " has the IPv6 address ", declared,
      ", and hosts that share this machine's network are IPv4 only, for there is but one"
      " IPv6 loopback address: it needs hosts of their own (namespaces or --agent)"));
}

std::set<std::string> ExternalAddresses(const script::Topology& topology) {
  std::set<std::string> addresses;
  for (const script::External& external : topology.externals)
    addresses.insert(external.addresses.begin(), external.addresses.end());
  return addresses;
}

// How well an address of `network` plays one of the LAN; 0 is best. Another LAN's network is left
// to that one.
int RankOf(const std::string& network, int lan, const std::map<int, std::string>& networks) {
  const auto chosen = networks.find(lan);
  if (chosen != networks.end() && chosen->second == network) return 0;
  const bool of_another = std::any_of(networks.begin(), networks.end(),
                                      [&](const auto& other) { return other.second == network; });
  return of_another ? 2 : 1;
}

// The host's best address, the first of several, that can play `declared` and plays nothing yet.
absl::StatusOr<std::string> NextOwn(const script::HostAddress& declared, const std::string& host,
                                    const std::vector<Own>& own,
                                    const std::map<int, std::string>& networks,
                                    const std::set<std::string>& taken) {
  const Own* best = nullptr;
  for (const Own& one : own) {
    if (!CanPlay(one.address, declared.address) || taken.contains(one.address)) continue;
    if (best == nullptr || RankOf(one.network, declared.lan, networks) <
                               RankOf(best->network, declared.lan, networks)) {
      best = &one;
    }
  }
  if (best != nullptr) return best->address;
  return absl::FailedPreconditionError(
      absl::StrCat("nothing on ", host, " can take the place of ", declared.address,
                   ": its agent sees no ", taken.empty() ? "" : "other ",
                   IsIpv6(declared.address) ? "IPv6" : "IPv4", " address beyond loopback"));
}

void Play(Casting& casting, const std::string& declared, const std::string& address) {
  casting.addresses.back().push_back(address);
  if (address != declared) casting.played.emplace(declared, address);
}

// Hosts of one network stack share 127.0.0.1 too: what stands for localhost is the first IPv4
// address of each.
void CastLocalhost(Casting& casting, const std::string& host) {
  for (const std::string& address : casting.addresses.back()) {
    if (IsIpv6(address)) continue;
    casting.localhost.emplace(host, address);
    return;
  }
}

}  // namespace

bool IsOfOneLink(const std::string& address) {
  return absl::StartsWith(address, "127.") || address == "::1" ||
         absl::StartsWithIgnoreCase(address, "fe80:") || absl::StartsWith(address, "169.254.");
}

bool IsAddress(const std::string& told, const std::string& address) {
  return told.substr(0, told.find('%')) == address;
}

bool CanPlayIpv6(const script::Host& host, const v1::DescribeResponse& description) {
  const std::vector<Own> own = AddressesOf(description);
  const bool has_another = std::any_of(own.begin(), own.end(), [](const Own& one) {
    return IsIpv6(one.address) && !IsOfOneLink(one.address);
  });
  return std::all_of(host.addresses.begin(), host.addresses.end(), [&](const auto& declared) {
    return has_another || !IsIpv6(declared.address) ||
           std::any_of(own.begin(), own.end(),
                       [&](const Own& one) { return IsAddress(one.address, declared.address); });
  });
}

LoopbackAddresses::LoopbackAddresses() {
  std::random_device random;
  next_ = std::uniform_int_distribution<uint32_t>(1 << 16, 200 << 16)(random);
}

std::string LoopbackAddresses::Next() {
  while (next_ % 256 == 0 || next_ % 256 == 255)
    ++next_;  // they look like a network's own and broadcast
  const uint32_t number = next_++;
  std::string address =
      absl::StrCat("127.", number >> 16, ".", number >> 8 & 255, ".", number & 255);
  return taken_.contains(address) ? Next() : address;
}

absl::StatusOr<Casting> CastOnLoopback(const script::Topology& topology) {
  Casting casting;
  LoopbackAddresses loopback;
  loopback.LeaveOut(ExternalAddresses(topology));
  for (const script::Host& host : topology.hosts) {
    casting.addresses.emplace_back();
    for (const script::HostAddress& declared : host.addresses) {
      absl::StatusOr<std::string> address = NextLoopback(declared.address, host.name, loopback);
      if (!address.ok()) return address.status();
      Play(casting, declared.address, *address);
    }
    CastLocalhost(casting, host.name);
  }
  return casting;
}

absl::StatusOr<Casting> CastOnAgents(const script::Topology& topology,
                                     absl::Span<const v1::DescribeResponse> descriptions) {
  std::map<std::string, size_t> hosts_of_stack;
  for (const v1::DescribeResponse& description : descriptions)
    ++hosts_of_stack[description.network()];
  const bool one_stack = descriptions.size() > 1 && hosts_of_stack.size() == 1;

  std::vector<std::vector<Own>> owns;
  for (const v1::DescribeResponse& description : descriptions) {
    owns.push_back(AddressesOf(description));
  }
  const std::map<int, std::vector<std::string>> common = CommonNetworks(topology, owns);
  const std::map<int, std::string> networks = ChooseNetworks(common);

  Casting casting;
  for (const auto& [lan, shared] : common) {
    if (shared.empty() && !one_stack) casting.apart.push_back(lan);
  }
  LoopbackAddresses loopback;
  loopback.LeaveOut(ExternalAddresses(topology));
  std::map<std::string, std::set<std::string>> taken;  // by stack
  for (size_t i = 0; i < topology.hosts.size(); ++i) {
    const script::Host& host = topology.hosts[i];
    std::set<std::string>& used =
        taken.try_emplace(descriptions[i].network(), ExternalAddresses(topology)).first->second;
    casting.addresses.emplace_back();
    for (const script::HostAddress& declared : host.addresses) {
      absl::StatusOr<std::string> address = declared.address;
      if (!Has(owns[i], declared.address)) {
        address = one_stack ? NextLoopback(declared.address, host.name, loopback)
                            : NextOwn(declared, host.name, owns[i], networks, used);
      }
      if (!address.ok()) return address.status();
      used.insert(*address);
      Play(casting, declared.address, *address);
    }
    if (hosts_of_stack[descriptions[i].network()] > 1) CastLocalhost(casting, host.name);
  }
  return casting;
}

}  // namespace balcony::fleet
