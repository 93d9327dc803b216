// Ports that somebody else has: another user's program, or what was there before the run began, of
// whichever program, or a connection of an earlier run.
// Owns:   what it has seen. Thread: immutable once it has looked.
// Errors: kUnavailable where an agent does not answer.
// Source: ip(7), SO_REUSEADDR; RFC 9293 section 3.6.1.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/fleet.h"
#include "controller/run/answer.h"

namespace balcony::run {

class Holders {
 public:
  // Looks at the sockets of all hosts, before any is made. Hosts on a wire are new and have none.
  static absl::StatusOr<Holders> Look(fleet::Fleet& fleet);

  // Who it is that has kept the host from binding, if they were there before and are still; empty
  // where the answer is nothing of the kind, or the run's own doing.
  absl::StatusOr<std::string> WhyHeld(fleet::AgentLink& agent, size_t host, const Request& request,
                                      const Answer& answer) const;

 private:
  std::vector<std::vector<v1::SocketEntry>> before_;  // by host
};

}  // namespace balcony::run
