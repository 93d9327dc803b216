// Which addresses play an experiment's declared ones on a fleet that cannot have those.
// Shapes: pure but for the start of the loopback addresses, which is random.
// Errors: kFailedPrecondition names the host that cannot be played, and why.
// Source: docs/decisions/002; RFC 1122 section 3.2.1.3 (127/8).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "balcony/v1/describe.pb.h"
#include "controller/script/topology.h"

namespace balcony::fleet {

// Addresses of 127.0.0.0/8, one after another, from a place that differs from run to run, so that a
// run does not meet the TIME-WAIT of the one before.
class LoopbackAddresses {
 public:
  LoopbackAddresses();
  std::string Next();

  // These are somebody's, and are never given from now on.
  void LeaveOut(std::set<std::string> taken) { taken_ = std::move(taken); }

 private:
  std::set<std::string> taken_;
  uint32_t next_;  // the lower 24 bits
};

// As in Fleet: the addresses by host, and what stands for what.
struct Casting {
  std::vector<std::vector<std::string>> addresses;
  std::map<std::string, std::string> played;
  std::map<std::string, std::string> localhost;
  std::vector<int> apart;  // LANs whose hosts have no network in common
};

// Every declared address is played by a loopback address.
absl::StatusOr<Casting> CastOnLoopback(const script::Topology& topology);

// Whether it leads nowhere beyond its host or link: loopback and link-local ones.
bool IsOfOneLink(const std::string& address);

// Whether an agent means that address; of a link's own it tells the zone too (fe80::1%eth0).
bool IsAddress(const std::string& told, const std::string& address);

// Whether the host has an IPv6 address for each that is declared: that one, or another beyond
// loopback and its links.
bool CanPlayIpv6(const script::Host& host, const v1::DescribeResponse& description);

// By what the agents see: a declared address that a host has is kept; where all hosts share one
// network stack a loopback address takes its place, else another address of the host's of the
// family: of a network in which all hosts of the LAN are, where there is one, else the first. None
// is an external host's, or the two could not be told apart. REQUIRES: one description for each
// host, in order.
absl::StatusOr<Casting> CastOnAgents(const script::Topology& topology,
                                     absl::Span<const v1::DescribeResponse> descriptions);

}  // namespace balcony::fleet
