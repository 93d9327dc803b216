// The fleet of a swarm's tasks, as the controller sees it that runs beside them, in a container on
// their control network: agents that are dialled by name, with TLS.
// Shapes: `client[2]` is at client-2, `romeo` at romeo-1, which is what stacks call their tasks:
//         hostname: "client-{{.Task.Slot}}".
// Errors: kUnavailable names the host whose agent does not answer; kCancelled once interrupted.
// Source: docs/decisions/020; docker-stack(1).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/channel.h"
#include "controller/fleet/fleet.h"
#include "controller/script/topology.h"

namespace balcony::containers {

// Outside of what labs bind to, and of the kernel's own choice of ports.
inline constexpr int kTaskPort = 65000;
// Whom the certificates of all tasks are made out to, however many there are.
inline constexpr char kTaskCertificate[] = "balcony-agent";

// The service that has the host's task, and its number there, from 1. Hosts with sysctls are in a
// service of their own, whose tasks have these: "romeo-set-1f2e3d".
struct TaskName {
  std::string service;
  int slot = 1;
};
TaskName TaskOf(const script::Host& host);

// `data`: the networks that experiments speak over, "10.0.1.0/24", one for each LAN; the others are
// for control. Empty: all are. Waits until all agents have answered. `interruption`: a descriptor
// that ends it once it can be read; -1: none.
absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeTasksFleet(const script::Topology& topology,
                                                             const fleet::Tls& tls,
                                                             const std::vector<std::string>& data,
                                                             int interruption = -1);

}  // namespace balcony::containers
