#include "controller/fleet/parts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "controller/fleet/casting.h"
#include "controller/fleet/needs.h"
#include "controller/script/address.h"

namespace balcony::fleet {
namespace {

constexpr size_t kNamed = 4;  // of the addresses that others play

// Leaves the addresses that are in one of these networks.
void KeepAddressesIn(const std::vector<std::string>& networks, v1::DescribeResponse& description) {
  for (v1::Interface& interface : *description.mutable_interfaces()) {
    auto& addresses = *interface.mutable_addresses();
    const auto is_elsewhere = [&](const v1::InterfaceAddress& address) {
      const auto bytes = script::AddressBytes(address.address());
      const auto length = static_cast<int>(address.prefix_length());
      const std::string network = absl::StrCat(
          bytes ? script::AddressText(script::NetworkOf(*bytes, length)) : "", "/", length);
      return std::find(networks.begin(), networks.end(), network) == networks.end();
    };
    addresses.erase(std::remove_if(addresses.begin(), addresses.end(), is_elsewhere),
                    addresses.end());
  }
}

bool IsAt(const v1::Interface& interface, const std::string& address) {
  return std::any_of(interface.addresses().begin(), interface.addresses().end(),
                     [&](const auto& own) { return IsAddress(own.address(), address); });
}

// Leaves the addresses that are this one, or in this network.
absl::Status KeepData(const std::string& data, v1::DescribeResponse& description) {
  const std::vector<std::string> parts = absl::StrSplit(data, '/');
  const auto wanted = script::AddressBytes(parts[0]);
  int length = wanted ? static_cast<int>(wanted->size()) * 8 : 0;
  if (!wanted || (parts.size() > 1 && !absl::SimpleAtoi(parts[1], &length))) {
    return absl::InvalidArgumentError(absl::StrCat(data, " is neither an address nor a network"));
  }
  std::vector<std::string> others;
  bool found = false;
  for (v1::Interface& interface : *description.mutable_interfaces()) {
    auto& addresses = *interface.mutable_addresses();
    const auto is_elsewhere = [&](const v1::InterfaceAddress& address) {
      const auto bytes = script::AddressBytes(address.address());
      const bool here = bytes && bytes->size() == wanted->size() &&
                        script::NetworkOf(*bytes, length) == script::NetworkOf(*wanted, length);
      found = found || here;
      if (!here && !IsOfOneLink(address.address())) others.push_back(address.address());
      return !here;
    };
    addresses.erase(std::remove_if(addresses.begin(), addresses.end(), is_elsewhere),
                    addresses.end());
  }
  if (found) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("it has no address ", parts.size() > 1 ? "in " : "", data, "; it has ",
                   others.empty() ? "none beyond loopback" : absl::StrJoin(others, ", ")));
}

// Whether it leads to others.
bool LeadsOut(const v1::Interface& interface) {
  return interface.up() && std::any_of(interface.addresses().begin(), interface.addresses().end(),
                                       [](const auto& own) { return !IsOfOneLink(own.address()); });
}

// Takes away the interface of the host's login, where another one leads to others; false if none
// does.
bool SpareLogin(v1::DescribeResponse& description) {
  auto& interfaces = *description.mutable_interfaces();
  const auto is_login = [&](const v1::Interface& interface) {
    return IsAt(interface, description.login_address());
  };
  const auto login = std::find_if(interfaces.begin(), interfaces.end(), is_login);
  if (login == interfaces.end()) return true;
  const bool has_another = std::any_of(
      interfaces.begin(), interfaces.end(),
      [&](const v1::Interface& interface) { return &interface != &*login && LeadsOut(interface); });
  if (has_another) interfaces.erase(login);
  return has_another;
}

// Which addresses are played by which others, for people.
std::string DescribePlayed(const std::map<std::string, std::string>& played) {
  if (played.size() > kNamed) {
    return absl::StrCat(played.size(), " addresses are played by others, ", played.begin()->first,
                        " by ", played.begin()->second);
  }
  return absl::StrJoin(played, ", ", [](std::string* text, const auto& pair) {
    absl::StrAppend(text, pair.first, " is played by ", pair.second);
  });
}

}  // namespace

absl::Status CheckNothingSet(const script::Topology& topology) {
  for (const script::Host& host : topology.hosts) {
    if (host.sysctls.empty()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("sysctl ", host.sysctls.front().path, " of ", host.name,
                     " can be set where hosts are made for the run, with a network of their own:"
                     " --fleet local, or compose"));
  }
  return absl::OkStatus();
}

absl::Status GiveParts(const script::Topology& topology, const Stage& stage, Fleet& fleet) {
  absl::StatusOr<std::vector<v1::DescribeResponse>> descriptions = DescribeAll(fleet);
  if (!descriptions.ok()) return descriptions.status();
  if (!stage.data.empty()) {
    for (v1::DescribeResponse& description : *descriptions)
      KeepAddressesIn(stage.data, description);
  }
  std::vector<std::string> sharing;
  for (size_t i = 0; i < descriptions->size(); ++i) {
    v1::DescribeResponse& description = (*descriptions)[i];
    const auto data = stage.data_of.find(fleet.hosts[i].name);
    if (data != stage.data_of.end()) {
      absl::Status kept = KeepData(data->second, description);
      if (!kept.ok()) {
        return absl::Status(kept.code(), absl::StrCat(data->first, ": ", kept.message()));
      }
    } else if (stage.spare_login && !SpareLogin(description)) {
      sharing.push_back(fleet.hosts[i].name);
    }
  }
  absl::StatusOr<Casting> casting =
      stage.shared ? CastOnLoopback(topology) : CastOnAgents(topology, *descriptions);
  Grounds grounds = {false, stage.shared, *descriptions, {}};
  if (casting.ok()) grounds.addresses = casting->addresses;
  fleet.lacking = WhyNotHere(topology, grounds);
  if (!casting.ok()) return fleet.lacking.empty() ? casting.status() : absl::OkStatus();
  for (size_t i = 0; i < fleet.hosts.size(); ++i) {
    fleet.hosts[i].addresses = std::move(casting->addresses[i]);
  }
  fleet.played = std::move(casting->played);
  fleet.localhost = std::move(casting->localhost);
  fleet.notice = absl::StrCat(
      stage.shared ? "hosts share this machine's network, each with a loopback address: " : "",
      DescribePlayed(fleet.played));
  if (!sharing.empty()) {
    absl::StrAppend(&fleet.notice, fleet.notice.empty() ? "" : "; ", absl::StrJoin(sharing, ", "),
                    ": no other network than the login's, which the experiment shares");
  }
  for (const int lan : casting->apart) {
    absl::StrAppend(&fleet.notice, fleet.notice.empty() ? "" : "; ", "the hosts of ",
                    topology.lans[static_cast<size_t>(lan)].prefix,
                    " have no network in common here: routers, if any, are between them");
  }
  return absl::OkStatus();
}

}  // namespace balcony::fleet
