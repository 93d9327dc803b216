#include "controller/fleet/parts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/fleet/casting.h"
#include "controller/fleet/needs.h"
#include "controller/script/address.h"
#include "controller/script/lan.h"

namespace balcony::fleet {
namespace {

constexpr size_t kNamed = 4;  // of the addresses that others play

// An address of a host's, or a network of some.
struct Range {
  std::string text;
  script::Network network;
};

// Leaves the addresses that are in one of these ranges. Gives the first range that has none.
const Range* KeepAddressesIn(const std::vector<Range>& ranges, v1::DescribeResponse& description) {
  std::vector<bool> found(ranges.size());
  for (v1::Interface& interface : *description.mutable_interfaces()) {
    auto& addresses = *interface.mutable_addresses();
    const auto is_elsewhere = [&](const v1::InterfaceAddress& address) {
      const auto bytes = script::AddressBytes(address.address());
      bool here = false;
      for (size_t i = 0; i < ranges.size() && bytes; ++i) {
        if (script::Holds(ranges[i].network, *bytes)) here = found[i] = true;
      }
      return !here;
    };
    addresses.erase(std::remove_if(addresses.begin(), addresses.end(), is_elsewhere),
                    addresses.end());
  }
  const auto missing = std::find(found.begin(), found.end(), false);
  return missing == found.end() ? nullptr : &ranges[static_cast<size_t>(missing - found.begin())];
}

bool IsAt(const v1::Interface& interface, const std::string& address) {
  return std::any_of(interface.addresses().begin(), interface.addresses().end(),
                     [&](const auto& own) { return IsAddress(own.address(), address); });
}

std::string ListAddresses(const v1::DescribeResponse& description) {
  std::vector<std::string> addresses;
  for (const v1::Interface& interface : description.interfaces()) {
    for (const v1::InterfaceAddress& own : interface.addresses()) {
      if (!IsOfOneLink(own.address())) addresses.push_back(own.address());
    }
  }
  return addresses.empty() ? "none beyond loopback" : absl::StrJoin(addresses, ", ");
}

absl::StatusOr<std::vector<Range>> ParseRanges(const std::vector<std::string>& texts) {
  std::vector<Range> ranges;
  for (const std::string& text : texts) {
    const std::optional<script::Network> network = script::ParseNetwork(text);
    if (!network) {
      return absl::InvalidArgumentError(absl::StrCat(text, " is neither an address nor a network"));
    }
    ranges.push_back({text, *network});
  }
  return ranges;
}

// Leaves the addresses that the experiment is to use; there is one for each of `data`.
absl::Status KeepData(const std::vector<std::string>& data, v1::DescribeResponse& description) {
  const absl::StatusOr<std::vector<Range>> ranges = ParseRanges(data);
  if (!ranges.ok()) return ranges.status();
  const std::string all = ListAddresses(description);
  const Range* const missing = KeepAddressesIn(*ranges, description);
  if (missing == nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("it has no address ", absl::StrContains(missing->text, '/') ? "in " : "",
                   missing->text, "; it has ", all));
}

// Whether it leads to others.
bool LeadsOut(const v1::Interface& interface) {
  return interface.up() && std::any_of(interface.addresses().begin(), interface.addresses().end(),
                                       [](const auto& own) { return !IsOfOneLink(own.address()); });
}

bool HasAddress(const v1::DescribeResponse& description, const std::string& address) {
  return std::any_of(description.interfaces().begin(), description.interfaces().end(),
                     [&](const v1::Interface& interface) { return IsAt(interface, address); });
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

absl::StatusOr<Networks> TellApart(const Stage& stage, const std::string& host,
                                   v1::DescribeResponse description) {
  const absl::StatusOr<std::vector<Range>> everywhere = ParseRanges(stage.data);
  if (!everywhere.ok()) return everywhere.status();
  if (!everywhere->empty()) KeepAddressesIn(*everywhere, description);
  Networks networks{std::move(description)};
  const auto dialled = stage.login_of.find(host);
  if (dialled != stage.login_of.end()) {
    networks.description.set_login_address(dialled->second);
  }
  const auto data = stage.data_of.find(host);
  if (data != stage.data_of.end()) {
    absl::Status kept = KeepData(data->second, networks.description);
    if (!kept.ok()) return kept;
  } else if (stage.spare_login) {
    networks.shares = !SpareLogin(networks.description);
  }
  const std::string& login = networks.description.login_address();
  if (stage.spare_login && !HasAddress(networks.description, login)) {
    networks.control_address = login;
  }
  return networks;
}

absl::Status GiveParts(const script::Topology& topology, const Stage& stage, Fleet& fleet) {
  absl::StatusOr<std::vector<v1::DescribeResponse>> descriptions = DescribeAll(fleet);
  if (!descriptions.ok()) return descriptions.status();
  std::vector<std::string> sharing;
  for (size_t i = 0; i < descriptions->size(); ++i) {
    FleetHost& host = fleet.hosts[i];
    absl::StatusOr<Networks> networks = TellApart(stage, host.name, std::move((*descriptions)[i]));
    if (!networks.ok()) {
      return absl::Status(networks.status().code(),
                          absl::StrCat(host.name, ": ", networks.status().message()));
    }
    (*descriptions)[i] = std::move(networks->description);
    host.control_address = std::move(networks->control_address);
    if (networks->shares) sharing.push_back(host.name);
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
