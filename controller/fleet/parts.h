// The parts that the hosts of a fleet play: their addresses, and what they lack for it.
// Errors: kUnavailable for a lost agent; else as casting.
// Source: docs/decisions/002.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "balcony/v1/describe.pb.h"
#include "controller/fleet/fleet.h"
#include "controller/script/topology.h"

namespace balcony::fleet {

struct Stage {
  bool shared = false;                 // hosts have this machine's network together
  std::vector<std::string> data = {};  // the networks that are meant, "10.0.1.0/24"; empty: all
  // By host: addresses of its own, or networks of some, that the experiment is to use alone.
  std::map<std::string, std::vector<std::string>> data_of = {};
  // By host: where the controller's connection comes to, of an agent that no login has started.
  std::map<std::string, std::string> login_of = {};
  // The others keep the network of their login out of the experiment, where they have another one.
  bool spare_login = false;
};

// A host's own networks, with the experiment's told from that of its login.
struct Networks {
  v1::DescribeResponse description;  // with the experiment's addresses alone
  std::string control_address = {};  // on the network of the login, where that is another; or empty
  bool shares = false;               // there is no network but that of the login
};

// kFailedPrecondition for a host that has no address where the stage says.
absl::StatusOr<Networks> TellApart(const Stage& stage, const std::string& host,
                                   v1::DescribeResponse description);

// Gives the hosts the addresses that their agents see, and says which play others; or finds why
// they lack what the file needs. A file that needs what would give it addresses lacks that, rather
// than addresses.
absl::Status GiveParts(const script::Topology& topology, const Stage& stage, Fleet& fleet);

// Whether the file leaves its hosts as they are: nobody sets parameters of hosts that were there.
// kFailedPrecondition names the host.
absl::Status CheckNothingSet(const script::Topology& topology);

}  // namespace balcony::fleet
