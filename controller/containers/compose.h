// The fleet of containers: a Compose project with an agent in each container.
// Shapes: a project of the user's own is used as it is, by service names; without one there is a
//         project made for the experiment. What was brought up for a run goes down with it.
// Errors: kUnavailable where there is no engine, no Compose, no image, or no agent in a container;
//         kFailedPrecondition where the project cannot play the experiment. Both name the remedy.
// Source: docs/containers.md; docs/decisions/019.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controller/fleet/fleet.h"
#include "controller/script/topology.h"

namespace balcony::containers {

struct ComposeOptions {
  std::string file;   // the user's project; empty: one is made
  bool keep = false;  // what was brought up stays up
  bool raw = false;   // the experiment opens raw sockets
};

absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeComposeFleet(const script::Topology& topology,
                                                               const ComposeOptions& options);

}  // namespace balcony::containers
