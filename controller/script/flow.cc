#include "controller/script/flow.h"

#include "controller/script/lanes.h"
#include "controller/script/outcomes.h"

namespace balcony::script {
namespace {

// Who does a statement.
struct Actors {
  bool given = false;  // by a prompt, which then holds for the whole block
  bool wire = false;
  std::vector<size_t> hosts = {};
};

class Walk {
 public:
  Walk(Scope& scope, Findings& findings) : scope_(scope), findings_(findings) {}

  void Visit(const Body& body, const Actors& actors) {
    for (const Statement& statement : body) Visit(statement, actors);
  }

  void Finish() { CheckJoins(Nowhere(), 0, 0); }

 private:
  Place Nowhere() { return {scope_, findings_, kNobody}; }

  // A place to look at a block's own expressions from: any of its hosts.
  Place PlaceOf(const Actors& actors) {
    return {scope_, findings_, actors.hosts.empty() ? kNobody : actors.hosts[0]};
  }

  void Visit(const Statement& statement, Actors actors) {
    if (findings_.full()) return;
    if (statement.prompt) actors = ActorsOf(*statement.prompt, actors);
    span_ = statement.span;
    if (statement.prompt && IsBlock(statement) && actors.hosts.size() > 1)
      return VisitSideBySide(statement, actors);
    std::visit([&](const auto& node) { Visit(node, actors); }, statement.node);
  }

  // All but steps: what each host goes through on its own.
  static bool IsBlock(const Statement& statement) {
    return !std::holds_alternative<Step>(statement.node) &&
           !std::holds_alternative<Wait>(statement.node);
  }

  // Each host is a lane.
  void VisitSideBySide(const Statement& statement, const Actors& actors) {
    scope_.EnterParallel(SettersOf(scope_, statement, actors.hosts));
    for (const size_t host : actors.hosts) {
      scope_.EnterLane(LaneOf(host));
      span_ = statement.span;
      const Actors alone = {true, false, {host}};
      std::visit([&](const auto& node) { Visit(node, alone); }, statement.node);
      scope_.LeaveLane();
    }
    scope_.LeaveParallel();
  }

  Actors ActorsOf(const Prompt& prompt, const Actors& outer) {
    Actors actors = {true, prompt.host == "wire", {}};
    if (outer.given) {
      findings_.Report(prompt.span, "prompts do not nest",
                       "take this one away: the block has a prompt already");
      return outer;
    }
    if (scope_.hosts.IsExternal(prompt.host)) {
      findings_.Report(prompt.span, prompt.host + " is external and has no agent",
                       "a step needs a host with one");
      return actors;
    }
    if (prompt.host != "*" && !actors.wire) {
      actors.hosts = HostsOf(Nowhere(), prompt.host, prompt.index ? &*prompt.index : nullptr,
                             prompt.span, true);
      return actors;
    }
    for (size_t host = 0; host < scope_.hosts.count(); ++host) actors.hosts.push_back(host);
    if (actors.hosts.empty())
      findings_.Report(prompt.span, "there are no hosts", "declare one: host juliet");
    if (actors.wire) actors.hosts.clear();
    return actors;
  }

  bool HasActors(const Actors& actors, const Span& span) {
    if (!actors.given)
      findings_.Report(span, "a step needs a host", "write it before the step: juliet> ...");
    return actors.given;
  }

  void Visit(const Step& step, const Actors& actors) {
    if (!HasActors(actors, span_)) return;
    if (actors.wire) return CheckWireStep(Nowhere(), step);
    for (const size_t host : actors.hosts) CheckStep({scope_, findings_, host}, step);
  }

  void Visit(const Wait& wait, const Actors& actors) {
    if (!HasActors(actors, span_)) return;
    if (actors.wire) findings_.Report(wait.name_span, "the wire has nothing in the background", "");
    for (const size_t host : actors.hosts) CheckWait({scope_, findings_, host}, wait);
  }

  void Visit(const Block& block, const Actors& actors) {
    CheckNotEmpty(block.body);
    Visit(block.body, actors);
  }

  void Visit(const Repeat& repeat, const Actors& actors) {
    CheckNotEmpty(repeat.body);
    const Place place = PlaceOf(actors);
    CheckNumber(place, *repeat.count);
    const auto count = KnownNumber(place, *repeat.count);
    if (count && *count < 1)
      findings_.Report(repeat.count->span, "this is never done", "repeat something at least once");
    VisitLoop(repeat.body, actors, std::nullopt);
  }

  void Visit(const For& loop, const Actors& actors) {
    CheckNotEmpty(loop.body);
    const Place place = PlaceOf(actors);
    CheckNewName(place, loop.name, loop.name_span);
    Scope::LoopVariable variable = {
        loop.name, loop.to == nullptr ? Type::kText : Type::kNumber, {}};
    if (loop.to == nullptr)
      CheckLines(place, *loop.from);
    else
      variable.range = RangeOf(place, loop);
    VisitLoop(loop.body, actors, std::move(variable));
  }

  void Visit(const While& loop, const Actors& actors) {
    const Actors own = loop.prompt ? ActorsOf(*loop.prompt, actors) : actors;
    if (loop.step->background)
      findings_.Report(loop.step->call.function_span, "a while waits for its step",
                       "leave the & away");
    else if (own.wire)
      findings_.Report(loop.step_span, "the wire has no loops", "");
    else if (own.hosts.size() > 1)
      findings_.Report(loop.step_span, "a while goes by what one host's step gives",
                       "write the prompt before it, and each host goes through it on its own: "
                       "*> while ...");
    else if (HasActors(own, loop.step_span))
      for (const size_t host : own.hosts) CheckCondition({scope_, findings_, host}, *loop.step);
    scope_.EnterWhile();
    VisitLoop(loop.body, actors, std::nullopt);
    scope_.LeaveWhile();
  }

  void Visit(const Parallel& parallel, const Actors& actors) {
    CheckNotEmpty(parallel.lanes);
    scope_.EnterParallel(SettersOf(scope_, parallel.lanes, actors.hosts));
    for (size_t i = 0; i < parallel.lanes.size(); ++i) {
      scope_.EnterLane(i + 1);
      Visit(parallel.lanes[i], actors);
      scope_.LeaveLane();
    }
    scope_.LeaveParallel();
  }

  void VisitLoop(const Body& body, const Actors& actors,
                 std::optional<Scope::LoopVariable> variable) {
    const size_t first = scope_.backgrounds.size();
    scope_.EnterLoop(std::move(variable));
    Visit(body, actors);
    CheckJoins(Nowhere(), first, scope_.loop());
    scope_.LeaveLoop();
  }

  // A while goes on as long as its step gives a matching value.
  void CheckCondition(const Place& place, const Step& step) {
    CheckStep(place, step);
    if (!step.expect) return;
    if (FindBlocks(*step.expect) != nullptr)
      findings_.Report(step.expect->span, "a while waits for its step", "leave blocks away");
    else if (GivesNoValue(*step.expect))
      findings_.Report(step.expect->span, "a while goes on with values alone",
                       "name what ends it: => not EAGAIN");
  }

  void CheckNotEmpty(const Body& body) {
    if (body.empty())
      findings_.Report(span_, "there is nothing to do in this block",
                       "put a step between its braces");
  }

  void CheckNumber(const Place& place, const Expr& value) {
    const Known type = TypeOf(place, value);
    if (type && *type != Type::kNumber)
      findings_.Report(value.span, "a number stands here, and this is " + Article(*type), "");
  }

  void CheckLines(const Place& place, const Expr& value) {
    const Known type = TypeOf(place, value);
    if (type && *type != Type::kText)
      findings_.Report(value.span,
                       "for goes through the lines of a text, and this is " + Article(*type),
                       *type == Type::kNumber ? "or through numbers: 1..10" : "");
  }

  std::optional<std::pair<int64_t, int64_t>> RangeOf(const Place& place, const For& loop) {
    CheckNumber(place, *loop.from);
    CheckNumber(place, *loop.to);
    const auto from = KnownNumber(place, *loop.from);
    const auto to = KnownNumber(place, *loop.to);
    if (!from || !to) return std::nullopt;
    if (*from > *to)
      findings_.Report(loop.from->span, "no number is in this range",
                       "its end comes before its beginning");
    return std::pair(*from, *to);
  }

  Scope& scope_;
  Findings& findings_;
  Span span_;  // of the statement at hand
};

}  // namespace

void CheckStatements(Scope& scope, Findings& findings, const Body& statements) {
  Walk walk(scope, findings);
  walk.Visit(statements, {});
  walk.Finish();
}

}  // namespace balcony::script
