// Whether a blocked call may yet be ended by a timer of a peer's: a retransmission, a delayed
// acknowledgement.
// Source: docs/language.md, "Blocking and patience"; RFC 6298; RFC 9293 section 3.8.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "controller/run/run_state.h"

namespace balcony::run {

// Says which host still has something for the call's socket, or is empty: nothing that is known of
// can end it, or it was watched for as long as its author wanted. Asks the agents for their hosts'
// TCP sockets, so it is for calls that wait to receive or to accept. kUnavailable where one does
// not answer: then nothing is known.
absl::StatusOr<std::string> WhyUndecided(RunState& run, const Flight& flight,
                                         const script::Blocks& blocks);

}  // namespace balcony::run
