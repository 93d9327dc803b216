#include "controller/run/lane.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "controller/run/tell.h"
#include "controller/script/outcomes.h"
#include "controller/wire/thread.h"

namespace balcony::run {
namespace {

// A while goes on with matching values. Another value, the end of the stream, and an errno that the
// pattern names end it; all else fails the run.
bool EndsLoop(const Ended& ended, const std::optional<script::Expect>& expect) {
  if (!ended.answer.ok()) return false;
  switch (ended.answer->kind) {
    case Answer::Kind::kValue:
      return !ended.match.matched;
    case Answer::Kind::kEof:
      return true;
    case Answer::Kind::kErrno:
    case Answer::Kind::kNameError:
      return expect && script::NamesError(*expect, ended.answer->error);
    default:
      return false;
  }
}

constexpr char kNothingToDo[] =
    "for has nothing to go through: what is expected in it is never reached";

}  // namespace

Flow Lane::Play(const script::Body& body) {
  for (const script::Statement& statement : body) {
    if (Do(statement) == Flow::kStop) return Flow::kStop;
  }
  return Flow::kGoOn;
}

Flow Lane::Do(const script::Statement& statement) {
  const bool step = std::holds_alternative<script::Step>(statement.node) ||
                    std::holds_alternative<script::Wait>(statement.node);
  if (!statement.prompt || step) return DoAct(statement);
  const std::vector<size_t> hosts = HostsOf(statement.prompt, statement.span);
  if (hosts.empty()) return Flow::kStop;
  return DoOnHosts(statement, hosts);
}

Flow Lane::DoAct(const script::Statement& statement) {
  if (const auto* step = std::get_if<script::Step>(&statement.node))
    return DoStep(*step, statement);
  if (const auto* wait = std::get_if<script::Wait>(&statement.node))
    return DoWait(*wait, statement);
  if (const auto* block = std::get_if<script::Block>(&statement.node)) return Play(block->body);
  if (const auto* repeat = std::get_if<script::Repeat>(&statement.node))
    return DoRepeat(*repeat, statement.span);
  if (const auto* loop = std::get_if<script::For>(&statement.node))
    return DoFor(*loop, statement.span);
  if (const auto* loop = std::get_if<script::While>(&statement.node)) return DoWhile(*loop);
  return DoParallel(std::get<script::Parallel>(statement.node));
}

Flow Lane::DoOnHosts(const script::Statement& statement, const std::vector<size_t>& hosts) {
  if (hosts.size() == 1) return Lane(run_, log_, loops_, hosts.front()).DoAct(statement);
  return SideBySide(hosts.size(), [&](size_t i, StepLog& log) {
    return Lane(run_, log, loops_, hosts[i]).DoAct(statement);
  });
}

Flow Lane::DoParallel(const script::Parallel& parallel) {
  return SideBySide(parallel.lanes.size(), [&](size_t i, StepLog& log) {
    return Lane(run_, log, loops_, host_).Do(parallel.lanes[i]);
  });
}

Flow Lane::SideBySide(size_t count, const std::function<Flow(size_t, StepLog&)>& play) {
  std::vector<KeptLog> logs(count);
  std::vector<Flow> flows(count, Flow::kStop);
  std::vector<std::thread> threads;
  threads.reserve(count);
  for (size_t i = 0; i < count && !run_.failed(); ++i) {
    auto thread = wire::StartThread([&, i] { flows[i] = play(i, logs[i]); });
    if (thread.ok()) {
      threads.push_back(*std::move(thread));
    } else {
      run_.Fail({v1::VERDICT_NOT_RUN, "", std::string(thread.status().message())});
    }
  }
  for (std::thread& thread : threads) thread.join();
  for (KeptLog& log : logs) log.ReplayInto(log_);
  const bool all =
      std::all_of(flows.begin(), flows.end(), [](Flow flow) { return flow == Flow::kGoOn; });
  return all ? Flow::kGoOn : Flow::kStop;
}

Flow Lane::DoStep(const script::Step& step, const script::Statement& statement) {
  if (Ready(statement.span, statement.prompt, step.text) == Flow::kStop) return Flow::kStop;
  const std::vector<size_t> hosts = HostsOf(statement.prompt, statement.span);
  std::vector<Begun> begun;
  begun.reserve(hosts.size());
  const Moment since = std::chrono::steady_clock::now();
  for (const size_t host : hosts) begun.push_back(Begin(run_, step, ScopeOf(host), since));
  const bool wire = statement.prompt && statement.prompt->host == "wire";
  const Written written{statement.span, step.text, step.call.function, step.expect, wire};
  std::vector<v1::StepReport> reports;
  for (size_t i = 0; i < hosts.size(); ++i) {
    const Ended ended = step.background ? LeaveUnderWay(run_, std::move(begun[i]))
                                        : Finish(run_, std::move(begun[i]));
    reports.push_back(Tell(run_, written, hosts[i], ended));
  }
  return Conclude(std::move(reports), statement.prompt ? statement.prompt->text : "");
}

Flow Lane::DoWait(const script::Wait& wait, const script::Statement& statement) {
  if (Ready(statement.span, statement.prompt, wait.text) == Flow::kStop) return Flow::kStop;
  const Moment since = std::chrono::steady_clock::now();
  std::vector<v1::StepReport> reports;
  for (const size_t host : HostsOf(statement.prompt, statement.span)) {
    const Ended ended = Join(run_, wait, ScopeOf(host), since);
    const Written written{statement.span, wait.text, ended.function, wait.expect};
    reports.push_back(Tell(run_, written, host, ended));
  }
  return Conclude(std::move(reports), statement.prompt ? statement.prompt->text : "");
}

Flow Lane::DoRepeat(const script::Repeat& repeat, const script::Span& span) {
  const auto count = EvaluateNumber(*repeat.count, ScopeOf(host_.value_or(0)));
  if (!count.ok()) return FailAt(span, v1::VERDICT_INVALID, std::string(count.status().message()));
  if (*count < 1) {
    return FailAt(
        span, v1::VERDICT_FAILED,
        absl::StrCat("repeat ", *count, " does nothing: what is expected in it is never reached"));
  }
  for (int64_t i = 0; i < *count; ++i) {
    if (Play(repeat.body) == Flow::kStop) return Flow::kStop;
  }
  return Flow::kGoOn;
}

Flow Lane::Round(const script::Body& body, const std::string& name, Value value) {
  loops_.emplace_back(name, std::move(value));
  const Flow flow = Play(body);
  loops_.pop_back();
  return flow;
}

Flow Lane::DoFor(const script::For& loop, const script::Span& span) {
  if (loop.to) return DoForNumbers(loop, span);
  const auto from = Evaluate(*loop.from, ScopeOf(host_.value_or(0)));
  if (!from.ok()) return FailAt(span, v1::VERDICT_INVALID, std::string(from.status().message()));
  const auto* text = std::get_if<Text>(&from->node);
  if (text == nullptr || text->size() == 0) return FailAt(span, v1::VERDICT_FAILED, kNothingToDo);
  for (std::string& line : std::vector<std::string>(absl::StrSplit(text->bytes(), '\n'))) {
    if (Round(loop.body, loop.name, {Text{std::move(line)}}) == Flow::kStop) return Flow::kStop;
  }
  return Flow::kGoOn;
}

Flow Lane::DoForNumbers(const script::For& loop, const script::Span& span) {
  const Scope scope = ScopeOf(host_.value_or(0));
  const auto from = EvaluateNumber(*loop.from, scope);
  const auto to = EvaluateNumber(*loop.to, scope);
  if (!from.ok() || !to.ok())
    return FailAt(span, v1::VERDICT_INVALID, "for goes from number to number");
  if (*from > *to) return FailAt(span, v1::VERDICT_FAILED, kNothingToDo);
  for (int64_t number = *from;; ++number) {
    if (Round(loop.body, loop.name, {number}) == Flow::kStop) return Flow::kStop;
    if (number == *to) return Flow::kGoOn;
  }
}

Flow Lane::DoWhile(const script::While& loop) {
  const script::Step& step = *loop.step;
  const Written written{loop.step_span, step.text, step.call.function, step.expect};
  while (Ready(loop.step_span, loop.prompt, step.text) == Flow::kGoOn) {
    const std::vector<size_t> hosts = HostsOf(loop.prompt, loop.step_span);
    if (hosts.empty()) return Flow::kStop;
    const size_t host = hosts.front();
    const Ended ended =
        Finish(run_, Begin(run_, step, ScopeOf(host), std::chrono::steady_clock::now()));
    const bool ends = EndsLoop(ended, step.expect);
    const Flow flow =
        Conclude({Tell(run_, written, host, ended, ends)}, loop.prompt ? loop.prompt->text : "");
    if (flow == Flow::kStop) return flow;
    if (ends) return Flow::kGoOn;
    if (Play(loop.body) == Flow::kStop) return Flow::kStop;
  }
  return Flow::kStop;
}

std::vector<size_t> Lane::HostsOf(const std::optional<script::Prompt>& prompt,
                                  const script::Span& span) {
  if (!prompt) {
    if (host_) return {*host_};
    FailAt(span, v1::VERDICT_INVALID, "a step needs a host: juliet> …");
    return {};
  }
  if (prompt->host == "wire") return {0};  // an actor of its own, which needs no host
  auto hosts = Hosts(prompt->host, prompt->index, ScopeOf(host_.value_or(0)));
  if (hosts.ok()) return *std::move(hosts);
  FailAt(span, v1::VERDICT_INVALID, std::string(hosts.status().message()));
  return {};
}

Flow Lane::Ready(const script::Span& span, const std::optional<script::Prompt>& prompt,
                 const std::string& call) {
  const std::string own = host_ ? run_.setting().topology.hosts[*host_].name + ">" : "";
  const std::string place =
      PlaceOf(run_.setting().script.name, span, prompt ? prompt->text : own, call);
  const absl::Status settled =
      settles_ && !run_.failed() ? run_.fleet().Settle() : absl::OkStatus();
  if (!settled.ok()) run_.Fail({v1::VERDICT_NOT_RUN, place, std::string(settled.message())});
  if (run_.remaining() <= absl::ZeroDuration()) {
    run_.Fail({v1::VERDICT_FAILED, place, run_.LimitText()});
  }
  if (!run_.failed()) return Flow::kGoOn;
  run_.Fail({v1::VERDICT_NOT_RUN, place, ""});  // what failed it elsewhere showed here
  return Flow::kStop;
}

Flow Lane::FailAt(const script::Span& span, v1::Verdict verdict, const std::string& message) {
  const std::string place =
      absl::StrCat(run_.setting().script.name, ":", span.line, ":", span.column);
  run_.Fail({verdict, place, message});
  return Flow::kStop;
}

Flow Lane::Conclude(std::vector<v1::StepReport> reports, const std::string& prompt) {
  if (reports.empty()) return Flow::kStop;
  const auto bad = std::find_if(reports.begin(), reports.end(), [](const v1::StepReport& report) {
    return report.verdict() != v1::VERDICT_PASSED;
  });
  if (bad != reports.end()) {
    run_.Fail(FailureOf(run_, *bad));
  }
  const Flow flow = bad == reports.end() ? Flow::kGoOn : Flow::kStop;
  log_.Add(std::move(reports), prompt);
  return flow;
}

}  // namespace balcony::run
