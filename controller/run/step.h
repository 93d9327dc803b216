// One step on one host: from the call in the file to what came of it.
// Source: docs/language.md, "Steps".
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "controller/run/await.h"
#include "controller/run/match.h"
#include "controller/run/run_state.h"

namespace balcony::run {

// A step that a host has begun. `flight` is unset where no agent is asked (input, settle).
struct Begun {
  const script::Step& step;
  const Scope scope;
  const Moment since;
  std::optional<Flight> flight;
  // Set from the start where no agent is asked, or nothing could be begun.
  absl::StatusOr<Answer> answer = Answer();
};

// What came of it.
struct Ended {
  absl::StatusOr<Answer> answer;
  Match match;
  std::optional<Text> data = std::nullopt;     // what was sent, where the file does not show it
  std::string function = {};                   // "accept", of a step that was joined
  std::optional<Moment> asked = std::nullopt;  // when the agent was; unset if none was
};

// Asks the agent to begin the call, or does what the controller itself does. `since` is when the
// step began, on all its hosts.
Begun Begin(RunState& run, const script::Step& step, const Scope& scope, Moment since);

// Waits for the end, compares, and gives the step's targets their values if it is as expected.
Ended Finish(RunState& run, Begun begun);

// `wait NAME`: as Finish, for a call that went on in the background.
Ended Join(RunState& run, const script::Wait& wait, const Scope& scope, Moment since);

// A step with `&`: waits until the call is done or blocked, insists on the second if the step says
// `=> blocks`, and leaves it under way. The answer is kBlocks then, or an empty value.
Ended LeaveUnderWay(RunState& run, Begun begun);

}  // namespace balcony::run
