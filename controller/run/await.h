// Waiting for a call's answer: for its end, or for the certainty that it blocks.
// Errors: kUnavailable when the agent is lost or does not answer; the agent's own code when it
//         refused the call.
// Source: docs/language.md, "Blocking and patience".
#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "controller/run/answer.h"
#include "controller/run/run_state.h"

namespace balcony::run {

// When a step began, for what watches a call from then on.
using Moment = std::chrono::steady_clock::time_point;

// Until the call has ended; after `patience` it is cancelled and answers as timed out.
absl::StatusOr<Answer> AwaitEnd(RunState& run, const Flight& flight, absl::Duration patience);

// Until the call has ended or is known to be blocked. True if it has ended.
absl::StatusOr<bool> AwaitKnown(RunState& run, const Flight& flight);

// As AwaitKnown, and then until nothing is under way that could still end the call: true if it has
// ended after all. On a fleet without a wire that is a quiet time from `since` on; with `blocks for
// 2s` it is those two seconds, or what the run's limit leaves of them.
absl::StatusOr<bool> AwaitSettled(RunState& run, const Flight& flight, const script::Blocks& blocks,
                                  Moment since);

// `=> blocks`: as AwaitSettled. A call that still blocks then is cancelled, and the answer is
// kBlocks, undecided if a timer of the peer's may yet deliver; kTimedOut if it could not be watched
// for as long as its author wanted.
absl::StatusOr<Answer> AwaitBlocks(RunState& run, const Flight& flight,
                                   const script::Blocks& blocks, Moment since);

}  // namespace balcony::run
