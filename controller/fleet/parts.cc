#include "controller/fleet/parts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
  for (const int lan : casting->apart) {
    absl::StrAppend(&fleet.notice, fleet.notice.empty() ? "" : "; ", "the hosts of ",
                    topology.lans[static_cast<size_t>(lan)].prefix,
                    " have no network in common here: routers, if any, are between them");
  }
  return absl::OkStatus();
}

}  // namespace balcony::fleet
