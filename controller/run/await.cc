#include "controller/run/await.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "controller/run/undecided.h"

namespace balcony::run {
namespace {

// An agent that says nothing for so long beyond the patience it was given is lost. Why its stream
// ended may take a moment to find out.
constexpr absl::Duration kGrace = absl::Seconds(6);

// How long bare `blocks` watches on a fleet whose wire cannot be asked whether anything is under
// way.
constexpr absl::Duration kQuiet = absl::Milliseconds(200);

absl::Status Silent(RunState& run, const Flight& flight) {
  const fleet::FleetHost& host = run.fleet().hosts[flight.host];
  const absl::Status lost = host.agent->status();
  return lost.ok()
             ? absl::UnavailableError(absl::StrCat("the agent of ", host.name, " does not answer"))
             : lost;
}

absl::StatusOr<Answer> Read(RunState& run, const Flight& flight) {
  run.Land(flight);
  const absl::StatusOr<v1::Done>& result = flight.call->result();
  if (!result.ok()) return result.status();
  return ReadAnswer(*result, flight.request);
}

absl::Duration Gone(Moment since) {
  return absl::FromChrono(std::chrono::steady_clock::now() - since);
}

// Until the call has ended, or so long after `since`, or the run's limit. True if it has ended.
bool Watch(RunState& run, const Flight& flight, Moment since, absl::Duration time) {
  const absl::Duration left = std::min(time - Gone(since), run.remaining());
  return flight.call->WaitUntilEnded(std::max(absl::ZeroDuration(), left));
}

// Ends a call that still blocks. What it answers then may also be that it had ended just before.
absl::StatusOr<Answer> EndNow(RunState& run, const Flight& flight) {
  run.Cancel(flight);
  if (!flight.call->WaitUntilEnded(kGrace)) return Silent(run, flight);
  return Read(run, flight);
}

}  // namespace

absl::StatusOr<Answer> AwaitEnd(RunState& run, const Flight& flight, absl::Duration patience) {
  const bool agent_keeps_time = flight.request.call.has_patience();
  if (flight.call->WaitUntilEnded(agent_keeps_time ? patience + kGrace : patience))
    return Read(run, flight);
  if (agent_keeps_time) return Silent(run, flight);
  absl::StatusOr<Answer> answer = EndNow(run, flight);
  if (answer.ok() && answer->kind == Answer::Kind::kCancelled && !run.failed()) {
    answer->kind = Answer::Kind::kTimedOut;
  }
  return answer;
}

absl::StatusOr<bool> AwaitKnown(RunState& run, const Flight& flight) {
  if (!flight.call->WaitUntilKnown(kGrace)) return Silent(run, flight);
  return flight.call->ended();
}

absl::StatusOr<bool> AwaitSettled(RunState& run, const Flight& flight, const script::Blocks& blocks,
                                  Moment since) {
  const absl::StatusOr<bool> ended = AwaitKnown(run, flight);
  if (!ended.ok() || *ended) return ended;
  if (blocks.watched) return Watch(run, flight, since, *blocks.watched);
  if (run.fleet().wire == nullptr) return Watch(run, flight, since, kQuiet);
  const absl::Status settled = run.fleet().Settle();
  if (!settled.ok()) return settled;
  return flight.call->ended();
}

absl::StatusOr<Answer> AwaitBlocks(RunState& run, const Flight& flight,
                                   const script::Blocks& blocks, Moment since) {
  const absl::StatusOr<bool> ended = AwaitSettled(run, flight, blocks, since);
  if (!ended.ok()) return ended.status();
  if (*ended) return Read(run, flight);
  absl::StatusOr<std::string> undecided = WhyUndecided(run, flight, blocks);
  const bool cut_short = blocks.watched && Gone(since) < *blocks.watched;
  absl::StatusOr<Answer> answer = EndNow(run, flight);
  if (!undecided.ok()) return undecided.status();
  if (answer.ok() && answer->kind == Answer::Kind::kCancelled && !run.failed()) {
    answer->kind = cut_short ? Answer::Kind::kTimedOut : Answer::Kind::kBlocks;
    answer->undecided = *std::move(undecided);
  }
  return answer;
}

}  // namespace balcony::run
