#include "controller/run/step.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "controller/run/undecided.h"
#include "controller/script/calls.h"
#include "controller/script/outcomes.h"

namespace balcony::run {
namespace {

// On a fleet without a wire an observation is repeated until it matches, for so long at most.
constexpr absl::Duration kObservation = absl::Seconds(1);

absl::Duration Patience(RunState& run, const std::optional<script::Expect>& expect) {
  const bool own = expect && expect->timing && expect->timing->latest < absl::InfiniteDuration();
  const absl::Duration patience = own ? expect->timing->latest : run.setting().topology.patience;
  return std::max(absl::ZeroDuration(), std::min(patience, run.remaining()));
}

bool IsObservation(const script::Call& call) {
  const script::Signature* signature = script::FindSignature(call.function);
  return signature != nullptr && signature->observes;
}

// What the step's first name that counts is: it names the socket that the call makes.
std::string WantedName(const script::Step& step) {
  for (const std::string& target : step.targets) {
    if (target != "_") return target;
  }
  return "socket";
}

// Of a step whose arguments have no value: the end of the input is an answer too.
absl::StatusOr<Answer> Unmade(const absl::Status& status) {
  Answer answer;
  if (absl::IsCancelled(status)) {
    answer.kind = Answer::Kind::kCancelled;
    return answer;
  }
  if (!absl::IsOutOfRange(status)) return status;
  answer.kind = Answer::Kind::kEof;
  answer.input_ended = true;
  return answer;
}

// The calls that the controller does itself.
absl::StatusOr<Answer> DoHere(RunState& run, const script::Step& step, const Scope& scope) {
  Answer answer;
  if (step.call.function == "settle") {
    const absl::Status settled = run.fleet().Settle();
    if (!settled.ok()) return settled;
    return answer;
  }
  auto value = EvaluateCall(step.call, scope);
  if (!value.ok()) return Unmade(value.status());
  answer.values.push_back(*std::move(value));
  return answer;
}

void Bind(RunState& run, const script::Step& step, size_t host, const Answer& answer) {
  if (answer.kind != Answer::Kind::kValue) return;
  const bool whole = step.targets.size() == 1;
  for (size_t i = 0; i < step.targets.size() && i < answer.values.size(); ++i) {
    if (step.targets[i] == "_") continue;
    if (whole && answer.values.size() > 1) {
      run.setting().variables.Set(host, step.targets[i], {List{answer.values}});
    } else {
      run.setting().variables.Set(host, step.targets[i], answer.values[i]);
    }
  }
}

// Whether an answer is what the step expects; without a pattern it must be a value.
Match Judge(const std::optional<script::Expect>& expect, const Answer& answer, const Scope& scope,
            absl::Status& status) {
  if (expect) {
    auto match = MatchAnswer(*expect, answer, scope);
    status = match.status();
    return match.ok() ? *std::move(match) : Match();
  }
  Match match;
  match.matched = answer.kind == Answer::Kind::kValue;
  return match;
}

Ended Compare(RunState& run, const script::Step& step, const std::optional<script::Expect>& expect,
              absl::StatusOr<Answer> answer, const Scope& scope) {
  if (!answer.ok()) return {std::move(answer), {}};
  absl::Status status;
  Match match = Judge(expect, *answer, scope, status);
  if (!status.ok()) return {std::move(status), {}};
  if (match.matched) Bind(run, step, scope.self, *answer);
  return {std::move(answer), std::move(match)};
}

absl::StatusOr<Answer> AwaitAnswer(RunState& run, const Flight& flight,
                                   const std::optional<script::Expect>& expect, Moment since) {
  const script::Blocks* blocks = expect ? script::FindBlocks(*expect) : nullptr;
  return blocks != nullptr ? AwaitBlocks(run, flight, *blocks, since)
                           : AwaitEnd(run, flight, Patience(run, expect));
}

// Asks again until the answer matches or its time is over.
Ended Observe(RunState& run, const Begun& begun, Ended first) {
  const auto until = std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(kObservation);
  Ended last = std::move(first);
  while (last.answer.ok() && !last.match.matched && std::chrono::steady_clock::now() < until) {
    const Flight again =
        run.Start(begun.scope.self, begun.flight->request, Patience(run, begun.step.expect));
    last = Compare(run, begun.step, begun.step.expect,
                   AwaitAnswer(run, again, begun.step.expect, begun.since), begun.scope);
  }
  return last;
}

}  // namespace

Begun Begin(RunState& run, const script::Step& step, const Scope& scope, Moment since) {
  Begun begun{step, scope, since, std::nullopt};
  const script::Signature* signature = script::FindSignature(step.call.function);
  if (signature != nullptr && signature->actor != script::Actor::kAgent) {
    begun.answer = DoHere(run, step, scope);
    return begun;
  }
  const std::string& function = step.call.function;
  const bool makes = function == "socket" || function == "accept" || function == "dup";
  auto request = MakeRequest(step.call, scope,
                             makes ? run.FreshName(scope.self, WantedName(step)) : std::string());
  if (!request.ok()) {
    begun.answer = Unmade(request.status());
    return begun;
  }
  if (std::string why = run.control().WhyNot(scope.self, request->call); !why.empty()) {
    begun.answer = absl::PermissionDeniedError(why);
    return begun;
  }
  // Where the controller may end the call itself, the agent is given no patience: two clocks would
  // race.
  const bool open_ended =
      step.background || (step.expect && script::FindBlocks(*step.expect) != nullptr);
  const auto patience = open_ended ? std::nullopt : std::optional(Patience(run, step.expect));
  begun.flight = run.Start(scope.self, *std::move(request), patience);
  return begun;
}

Ended Finish(RunState& run, Begun begun) {
  const script::Step& step = begun.step;
  if (!begun.flight) return Compare(run, step, step.expect, std::move(begun.answer), begun.scope);
  Ended ended = Compare(run, step, step.expect,
                        AwaitAnswer(run, *begun.flight, step.expect, begun.since), begun.scope);
  ended.data = DataOf(step.call, begun.flight->request);
  ended.asked = begun.flight->asked;
  if (ended.answer.ok()) {
    const size_t host = begun.scope.self;
    const Request& request = begun.flight->request;
    const v1::Done& done = *begun.flight->call->result();  // it has ended: there is an answer
    ended.answer->warning = run.control().Warning(host, request.call, done);
    auto held = run.holders().WhyHeld(*run.fleet().hosts[host].agent, host, request, *ended.answer);
    if (!held.ok()) return {held.status(), {}};
    ended.answer->held = *std::move(held);
  }
  const bool repeat = run.fleet().wire == nullptr && IsObservation(step.call) && step.expect;
  return repeat ? Observe(run, begun, std::move(ended)) : ended;
}

Ended LeaveUnderWay(RunState& run, Begun begun) {
  if (!begun.flight) return {std::move(begun.answer), {}};
  const Flight flight = *begun.flight;
  const std::optional<script::Expect>& expect = begun.step.expect;
  const script::Blocks* insists = expect ? script::FindBlocks(*expect) : nullptr;
  const absl::StatusOr<bool> ended = insists != nullptr
                                         ? AwaitSettled(run, flight, *insists, begun.since)
                                         : AwaitKnown(run, flight);
  if (!ended.ok()) return {ended.status(), {}};
  run.Leave(begun.scope.self, WantedName(begun.step), {flight, &begun.step});
  if (*ended && insists != nullptr) {
    const absl::StatusOr<v1::Done>& done = flight.call->result();
    if (!done.ok()) return {done.status(), {}};
    return {ReadAnswer(*done, flight.request), {}, {}, {}, flight.asked};
  }
  Answer answer;
  if (!*ended) answer.kind = Answer::Kind::kBlocks;
  if (insists != nullptr) {
    absl::StatusOr<std::string> undecided = WhyUndecided(run, flight, *insists);
    if (!undecided.ok()) return {undecided.status(), {}};
    answer.undecided = *std::move(undecided);
  }
  Match match;
  match.matched = true;
  return {std::move(answer), std::move(match), {}, {}, flight.asked};
}

Ended Join(RunState& run, const script::Wait& wait, const Scope& scope, Moment since) {
  std::optional<Background> background = run.Join(scope.self, wait.name);
  if (!background) return {absl::InternalError(absl::StrCat(wait.name, " is not under way")), {}};
  absl::StatusOr<Answer> answer = AwaitAnswer(run, background->flight, wait.expect, since);
  Ended ended = Compare(run, *background->step, wait.expect, std::move(answer), scope);
  ended.function = background->step->call.function;
  ended.asked = background->flight.asked;
  return ended;
}

}  // namespace balcony::run
