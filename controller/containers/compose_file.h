// A Compose project that fits an experiment: a service with an agent for each host, a network for
// each LAN, with the addresses that the experiment declares.
// Shapes: pure; for Compose 1.27 and later, of both kinds. In labels balcony.host a host has its
//         own name, "client[2]"; as a service it is "client-2".
// Errors: kFailedPrecondition where a LAN has no address left for Docker's gateway.
// Source: compose-spec; docs/containers.md.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "controller/script/topology.h"

namespace balcony::containers {

struct ComposeStyle {
  // Whether LANs have the experiment's prefixes, and hosts its addresses. Where those are taken on
  // this engine, Docker's own choice takes their place.
  bool addresses = true;
  // Whether agents may open raw sockets: they are root without any other capability then.
  bool raw = false;
};

absl::StatusOr<std::string> ComposeFile(const script::Topology& topology,
                                        const ComposeStyle& style);

}  // namespace balcony::containers
