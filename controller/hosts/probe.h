// One host sends to another over the experiment's network, and both kernels tell what came of it.
// Owns:   nothing; the sockets are closed before it returns.
// Thread: any; a session's calls go side by side.
// Errors: kUnavailable where an agent is lost or does not answer.
// Source: ip(7), IP_RECVERR; RFC 792, RFC 4443.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "balcony/v1/message.pb.h"
#include "controller/fleet/agent_link.h"

namespace balcony::hosts {

// From whom to whom, and by which addresses.
struct Path {
  fleet::AgentLink* from = nullptr;
  fleet::AgentLink* to = nullptr;
  std::string source;
  std::string target;
};

struct Probed {
  bool arrived = false;
  std::string error = {};                      // "EHOSTUNREACH"; empty: nobody said a word
  std::optional<v1::ExtendedError> icmp = {};  // the ICMP message that said it
  bool heard = false;                          // of TCP: the target answered, and that was lost
  std::optional<std::string> neighbour = {};   // the target's state as a neighbour: "FAILED"
};

// A connection to a port that the target listens on.
absl::StatusOr<Probed> ProbeTcp(const Path& path);

// A datagram with so many bytes of payload, that may not be fragmented.
absl::StatusOr<Probed> ProbeUdp(const Path& path, uint32_t payload_bytes);

}  // namespace balcony::hosts
