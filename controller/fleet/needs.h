// Whether hosts have what a file needs.
// Shapes: pure. What nobody tells does not hold: a file that needs it is not played on a guess.
// Source: docs/language.md, "What a file needs".
#pragma once

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "balcony/v1/describe.pb.h"
#include "controller/script/topology.h"

namespace balcony::fleet {

// What is known of a fleet, which may be less than everything: before its agents are asked there
// are no descriptions, and where no addresses can be had there are none.
struct Grounds {
  bool wire = false;
  bool shared = false;  // hosts have this machine's network together, each a loopback address
  absl::Span<const v1::DescribeResponse> descriptions = {};   // by host
  absl::Span<const std::vector<std::string>> addresses = {};  // by host
};

// "needs no-default-route, and romeo has one by eth0", of the first need that does not hold; empty
// if all hold as far as is known.
std::string WhyNotHere(const script::Topology& topology, const Grounds& grounds);

}  // namespace balcony::fleet
