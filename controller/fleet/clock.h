// An agent's clock against the controller's, by round trips.
// Shapes: an agent's time lies between the call and its answer, so every round trip gives bounds;
//         several give narrower ones, whatever the way there and back take. The error is half of
//         what lies between the bounds.
// Errors: kUnavailable where the agent does not answer.
// Source: RFC 5905 section 8, without its assumption that both ways take as long.
#pragma once

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/fleet/agent_link.h"

namespace balcony::fleet {

struct ClockReading {
  absl::Duration offset;  // the agent's clock less the controller's
  absl::Duration error;   // the true offset is this far off at most
};

absl::StatusOr<ClockReading> ReadClock(AgentLink& agent);

}  // namespace balcony::fleet
