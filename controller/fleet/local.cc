#include "controller/fleet/local.h"

#include <algorithm>
#include <future>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/fleet/agent_program.h"
#include "controller/fleet/limits.h"
#include "controller/fleet/needs.h"
#include "controller/fleet/spawned.h"

namespace balcony::fleet {
namespace {

// Attachments of one host: its LANs, in the order of its addresses.
std::vector<int> LansOf(const script::Host& host) {
  std::vector<int> lans;
  for (const script::HostAddress& address : host.addresses) {
    if (std::find(lans.begin(), lans.end(), address.lan) == lans.end()) lans.push_back(address.lan);
  }
  return lans;
}

// Locally administered, and legible in a capture: 02:00, the LAN, the host, both from 1.
wire::MacAddress MacOf(size_t host, int lan) {
  const auto h = static_cast<uint16_t>(host + 1);
  const auto l = static_cast<uint16_t>(lan + 1);
  return {0x02,
          0x00,
          static_cast<uint8_t>(l >> 8),
          static_cast<uint8_t>(l),
          static_cast<uint8_t>(h >> 8),
          static_cast<uint8_t>(h)};
}

RaiseRequest PlanOf(const script::Host& host, size_t index, const std::string& program) {
  RaiseRequest plan;
  plan.set_program(program);
  plan.set_isolated(true);
  for (int lan : LansOf(host)) {
    InterfacePlan* const interface = plan.add_interfaces();
    const wire::MacAddress mac = MacOf(index, lan);
    interface->mutable_mac()->assign(mac.begin(), mac.end());
    for (const script::HostAddress& address : host.addresses) {
      if (address.lan != lan) continue;
      AddressPlan* const added = interface->add_addresses();
      added->set_address(address.address);
      added->set_prefix_length(static_cast<uint32_t>(address.prefix_length));
    }
  }
  for (const script::Sysctl& sysctl : host.sysctls) {
    SysctlPlan* const added = plan.add_sysctls();
    added->set_path(sysctl.path);
    added->set_value(sysctl.value);
  }
  return plan;
}

// Every host's TAPs, each with its place on the wire.
absl::StatusOr<std::vector<wire::Port>> PortsOf(const script::Topology& topology,
                                                std::vector<Newborn>& newborns) {
  std::vector<wire::Port> ports;
  for (size_t i = 0; i < newborns.size(); ++i) {
    const std::vector<int> lans = LansOf(topology.hosts[i]);
    if (newborns[i].taps.size() != lans.size()) {
      return absl::ResourceExhaustedError(absl::StrCat("descriptors of ", topology.hosts[i].name,
                                                       " were lost on their way: raise ulimit -n"));
    }
    for (size_t j = 0; j < lans.size(); ++j) {
      ports.push_back({std::move(newborns[i].taps[j]), MacOf(i, lans[j]), lans[j]});
    }
  }
  return ports;
}

absl::Status CheckRoomFor(const script::Topology& topology) {
  size_t fds = 0;
  for (const script::Host& host : topology.hosts) fds += kFdsOfAgent + LansOf(host).size();
  return CheckRoom(topology.hosts.size(), fds);
}

std::string NoticeOf(const script::Topology& topology) {
  std::string notice;
  for (const auto& [family, colon] : {std::pair{"ipv4", false}, {"ipv6", true}}) {
    const auto has = [colon = colon](const script::Host& host) {
      return std::any_of(host.addresses.begin(), host.addresses.end(), [colon](const auto& own) {
        return absl::StrContains(own.address, ':') == colon;
      });
    };
    const auto hosts = std::count_if(topology.hosts.begin(), topology.hosts.end(), has);
    const std::string one =
        NoticeOfNeighbours(family, static_cast<size_t>(hosts), RoomForNeighbours(family));
    absl::StrAppend(&notice, notice.empty() || one.empty() ? "" : "; ", one);
  }
  return notice;
}

absl::Status CheckNobodyOutside(const script::Topology& topology) {
  if (topology.externals.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      topology.externals.front().name,
      " is external, and hosts in namespaces reach nobody outside: give the hosts agents that are"
      " where it can be reached (--agent), or, if it is on a loopback address, take --fleet"
      " loopback"));
}

// What the hosts lack, where the file needs anything.
absl::Status FindLacking(const script::Topology& topology, Fleet& fleet) {
  if (topology.needs.empty()) return absl::OkStatus();
  absl::StatusOr<std::vector<v1::DescribeResponse>> descriptions = DescribeAll(fleet);
  if (!descriptions.ok()) return descriptions.status();
  std::vector<std::vector<std::string>> addresses;
  addresses.reserve(fleet.hosts.size());
  for (const FleetHost& host : fleet.hosts) addresses.push_back(host.addresses);
  fleet.lacking = WhyNotHere(topology, {true, false, *descriptions, addresses});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Fleet>> MakeLocalFleet(const script::Topology& topology,
                                                      Nursery& nursery) {
  if (absl::Status inside = CheckNobodyOutside(topology); !inside.ok()) return inside;
  absl::StatusOr<std::string> program = FindAgentProgram();
  if (!program.ok()) return program.status();
  if (absl::Status room = CheckRoomFor(topology); !room.ok()) return room;
  std::vector<Raising> raisings;
  for (size_t i = 0; i < topology.hosts.size(); ++i) {
    const script::Host& host = topology.hosts[i];
    raisings.push_back({host.name, nursery.Raise(PlanOf(host, i, *program))});
  }
  absl::StatusOr<std::vector<Newborn>> newborns = AwaitAll(raisings);
  if (!newborns.ok()) return newborns.status();

  auto fleet = std::make_unique<Fleet>();
  fleet->kind = "local";
  fleet->on_this_machine = true;
  fleet->notice = NoticeOf(topology);
  absl::StatusOr<std::vector<wire::Port>> ports = PortsOf(topology, *newborns);
  if (!ports.ok()) return ports.status();
  absl::StatusOr<std::unique_ptr<wire::Wire>> wire = wire::Wire::Start(*std::move(ports));
  if (!wire.ok()) return wire.status();
  fleet->wire = *std::move(wire);
  for (size_t i = 0; i < newborns->size(); ++i) {
    const script::Host& host = topology.hosts[i];
    FleetHost& added = fleet->hosts.emplace_back();
    added.name = host.name;
    for (const script::HostAddress& address : host.addresses) {
      added.addresses.push_back(address.address);
    }
    if (absl::Status joined =
            JoinSpawned(*fleet, added, std::move((*newborns)[i]), newborns->size());
        !joined.ok()) {
      return joined;
    }
  }
  if (absl::Status asked = FindLacking(topology, *fleet); !asked.ok()) return asked;
  return fleet;
}

}  // namespace balcony::fleet
