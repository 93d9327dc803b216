// Goes through statements, one after another.
// Owns:   its loop variables.
// Thread: one; `parallel` and blocks of several hosts start lanes on threads of their own and wait
//         for them.
// Source: docs/language.md, "Blocks".
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/run/run_state.h"
#include "controller/run/step.h"
#include "controller/run/step_log.h"

namespace balcony::run {

// Whether the statements behind are reached.
enum class Flow { kGoOn, kStop };

class Lane {
 public:
  using Loops = std::vector<std::pair<std::string, Value>>;

  // The script's own lane: its steps wait until nothing is under way.
  Lane(RunState& run, StepLog& log) : run_(run), log_(log), settles_(true) {}

  Flow Play(const script::Body& body);

 private:
  // A lane inside another: at full speed, on one host or on those that its steps name.
  Lane(RunState& run, StepLog& log, Loops loops, std::optional<size_t> host)
      : run_(run), log_(log), loops_(std::move(loops)), host_(host) {}

  Flow Do(const script::Statement& statement);
  Flow DoAct(const script::Statement& statement);
  Flow DoStep(const script::Step& step, const script::Statement& statement);
  Flow DoWait(const script::Wait& wait, const script::Statement& statement);
  Flow DoRepeat(const script::Repeat& repeat, const script::Span& span);
  Flow DoFor(const script::For& loop, const script::Span& span);
  Flow DoForNumbers(const script::For& loop, const script::Span& span);
  Flow DoWhile(const script::While& loop);
  Flow DoParallel(const script::Parallel& parallel);
  Flow DoOnHosts(const script::Statement& statement, const std::vector<size_t>& hosts);

  // One round of a loop, with its variable.
  Flow Round(const script::Body& body, const std::string& name, Value value);
  // Each of `count` lanes on a thread; their logs are replayed in order.
  Flow SideBySide(size_t count, const std::function<Flow(size_t, StepLog&)>& play);

  // The hosts that a prompt means; those of the lane without one. Empty after an error, which has
  // failed the run.
  std::vector<size_t> HostsOf(const std::optional<script::Prompt>& prompt,
                              const script::Span& span);
  Scope ScopeOf(size_t host) const { return {run_.setting(), host, loops_}; }
  // Before a step: the run goes on, its limit is not over, and nothing is under way where that
  // matters.
  Flow Ready(const script::Span& span, const std::optional<script::Prompt>& prompt,
             const std::string& call);
  Flow FailAt(const script::Span& span, v1::Verdict verdict, const std::string& message);
  // Logs what came of a step; the first that is no success fails the run.
  Flow Conclude(std::vector<v1::StepReport> reports, const std::string& prompt);

  RunState& run_;
  StepLog& log_;
  Loops loops_;
  std::optional<size_t> host_;
  const bool settles_ = false;
};

}  // namespace balcony::run
