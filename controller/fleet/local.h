// Fleets on this machine: a network namespace for each host, or, where that is forbidden, a
// loopback address for each.
// Source: docs/decisions/002; network_namespaces(7), user_namespaces(7).
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controller/fleet/channel.h"
#include "controller/fleet/fleet.h"
#include "controller/fleet/nursery.h"
#include "controller/script/topology.h"

namespace balcony::fleet {

// Hosts in namespaces with the topology's own addresses, joined by a wire.
// kPermissionDenied where namespaces or TAP interfaces are forbidden here (loopback is the remedy);
// kResourceExhausted where the machine has no room for so many, and names the limit;
// kFailedPrecondition where the kernel refuses a parameter, or a host is external.
absl::StatusOr<std::unique_ptr<Fleet>> MakeLocalFleet(const script::Topology& topology,
                                                      Nursery& nursery);

// Every host an address of its own in 127.0.0.0/8, another for each run. IPv4 only; no wire.
// `given` are the --agent HOST=WHERE of the command line: those hosts are not spawned but joined;
// WHERE is ADDRESS:PORT (on loopback, or anywhere with `tls`), unix:PATH, or a command whose
// standard input and output are the agent's. Hosts whose agents see the experiment's own addresses
// on their interfaces keep them. External hosts are where the experiment says; where no agent is
// given that is on loopback, or kFailedPrecondition.
absl::StatusOr<std::unique_ptr<Fleet>> MakeLoopbackFleet(
    const script::Topology& topology, Nursery& nursery,
    const std::map<std::string, std::string>& given, const Tls& tls = {});

}  // namespace balcony::fleet
