#include "controller/script/steps.h"

#include <algorithm>
#include <array>

#include "controller/script/outcomes.h"
#include "controller/script/reach.h"

namespace balcony::script {
namespace {

bool MayFollowClose(const std::string& function) {
  static constexpr std::array kAskedByAddress = {"state", "queues", "timer", "info"};
  return std::find(kAskedByAddress.begin(), kAskedByAddress.end(), function) !=
         kAskedByAddress.end();
}

std::vector<std::string> FunctionNames() {
  std::vector<std::string> names;
  for (const Signature& signature : Signatures()) names.push_back(signature.function);
  return names;
}

// The call's row in the table; null, and reported, if it has none.
const Signature* SignatureOf(const Place& place, const Call& call) {
  const Signature* signature = FindSignature(call.function);
  if (signature != nullptr) return signature;
  const std::string instead = InPlaceOf(call.function);
  if (!instead.empty())
    place.findings.Report(call.function_span, call.function + " is not available in this version",
                          instead);
  else
    place.findings.Report(call.function_span, "unknown call " + call.function,
                          DidYouMean(call.function, FunctionNames()));
  return nullptr;
}

void CheckSocket(const Place& place, const Call& call) {
  const Span& span = call.receiver_span;
  if (place.scope.hosts.Has(call.receiver))
    return place.findings.Report(span, call.receiver + " is a host, and no socket",
                                 "a host stands before the >, its socket before the dot");
  const Known type = TypeOfRef(place, Ref{{call.receiver}, {}}, span);
  if (type && *type != Type::kSocket)
    return place.findings.Report(span, call.receiver + " is " + Article(*type) + ", and no socket");
  Variable* variable = place.scope.Find(place.host, call.receiver);
  if (variable == nullptr || !variable->closed || !place.scope.IsCertain(*variable->closed)) return;
  if (!MayFollowClose(call.function))
    place.findings.Report(span, call.receiver + " is closed", "make a new one, or close it later");
}

void CheckReceiver(const Place& place, const Call& call, const Signature* signature) {
  const bool on_socket =
      signature == nullptr ? !call.receiver.empty() : signature->receiver == Receiver::kSocket;
  if (on_socket && call.receiver.empty())
    place.findings.Report(call.function_span, call.function + " is a call of a socket",
                          "write " + Usage(*signature));
  else if (!on_socket && !call.receiver.empty())
    place.findings.Report(call.receiver_span, call.function + " is no call of a socket",
                          "write " + Usage(*signature));
  else if (on_socket)
    CheckSocket(place, call);
  if (signature != nullptr && signature->actor == Actor::kWire)
    place.findings.Report(call.function_span, call.function + " is a call of the wire",
                          "write wire> " + Usage(*signature));
}

bool IsBareBlocks(const Atom& atom) {
  const auto* blocks = std::get_if<Blocks>(&atom.node);
  return blocks != nullptr && !blocks->watched;
}

// In lanes something is always under way, so that the wire cannot tell that a call would block for
// ever.
void RefuseBareBlocks(const Place& place, const Expect& expect) {
  for (const Alts& alts : expect.parts)
    for (const Atom& atom : alts.atoms)
      if (IsBareBlocks(atom))
        place.findings.Report(atom.span, "blocks cannot be told where others go on meanwhile",
                              "say how long to watch: blocks for 1s");
}

void CheckPattern(const Place& place, const Step& step, const Signature& signature) {
  if (!step.expect) return;
  CheckExpect(place, *step.expect, signature, step.call);
  if (place.scope.InParallel()) RefuseBareBlocks(place, *step.expect);
  if (!step.background) return;
  const bool blocks = step.expect->parts.size() == 1 && !step.expect->parts[0].negated &&
                      step.expect->parts[0].atoms.size() == 1 &&
                      std::holds_alternative<Blocks>(step.expect->parts[0].atoms[0].node);
  if (!blocks)
    place.findings.Report(step.expect->span, "a call in the background has no result yet",
                          "expect it where it is joined: wait NAME => " + step.expect->text);
}

// How many names a call may set.
void CheckTargetCount(const Place& place, const Step& step, const Signature& signature) {
  const size_t results = signature.results.size();
  const size_t targets = step.targets.size();
  const bool handle = step.background && results == 0 && targets == 1;  // only a name to wait for
  if (targets == 0 || targets == results || handle) return;
  std::string gives = results == 0 ? "nothing to name" : Article(signature.results[0].type);
  if (results > 1) gives += " and " + Article(signature.results[1].type);
  const std::string remedy = results > 1    ? "write conn, peer = ... with _ for what is not needed"
                             : results == 1 ? "name it once"
                                            : "leave the name away";
  place.findings.Report(step.target_spans[0], signature.function + " gives " + gives, remedy);
}

// The variables that a call sets, by its row; null if that is not known.
void SetTargets(const Place& place, const Step& step, const Signature* signature) {
  std::vector<Shape> results;
  if (signature != nullptr) results = ResultsOf(*signature, step.call);
  for (size_t i = 0; i < step.targets.size(); ++i) {
    if (step.targets[i] == "_") continue;
    Variable variable;
    if (step.targets.size() == results.size()) {
      const bool known = results[i].type != Type::kOptionValue && results[i].type != Type::kSetting;
      if (known) variable.type = results[i].type;
      variable.fields = results[i].fields;
      variable.transport = TransportOf(place, step.call);
    }
    // In a loop that may not go round it is the one or the other.
    const Variable* before = place.scope.Find(place.host, step.targets[i]);
    if (before != nullptr && before->transport != variable.transport) variable.transport.clear();
    place.scope.Set(place.host, step.targets[i], std::move(variable));
  }
}

const std::string* HandleOf(const Step& step) {
  const auto named = std::find_if(step.targets.begin(), step.targets.end(),
                                  [](const auto& name) { return name != "_"; });
  return named == step.targets.end() ? nullptr : &*named;
}

// One row for all hosts that do the step at once.
size_t BackgroundOf(Scope& scope, const Step& step, const Signature* signature,
                    const std::string& name) {
  auto& rows = scope.backgrounds;
  if (!rows.empty() && rows.back().step == &step && rows.back().loop == scope.loop())
    return rows.size() - 1;
  rows.push_back({name, &step, signature, step.call.function_span, scope.loop(), 0});
  return rows.size() - 1;
}

void Start(const Place& place, const Step& step, const Signature* signature) {
  if (signature != nullptr && !signature->may_block)
    return place.findings.Report(step.call.function_span, step.call.function + " never blocks",
                                 "leave the & away");
  const std::string* handle = HandleOf(step);
  if (handle == nullptr)
    return place.findings.Report(step.call.function_span,
                                 "a call in the background has no name to join it by",
                                 "write done = ... &");
  const size_t row = BackgroundOf(place.scope, step, signature, *handle);
  ++place.scope.backgrounds[row].unjoined;
  for (const std::string& target : step.targets)
    if (target != "_") place.scope.Set(place.host, target, {.type = {}, .background = row});
}

std::vector<std::string> NamesInBackground(const Place& place) {
  std::vector<std::string> names;
  for (const Background& background : place.scope.backgrounds)
    if (background.unjoined > 0) names.push_back(background.name);
  return names;
}

// Why that name cannot be joined; empty if it can.
std::pair<std::string, std::string> WhyNotJoined(const Place& place, const std::string& name) {
  const Variable* variable = place.scope.Find(place.host, name);
  const std::string& host = place.scope.hosts.NameOf(place.host);
  if (place.scope.IsSetInAnotherLane(place.host, name))
    return {name + " is set in another lane", "join it behind the }"};
  if (variable == nullptr) {
    const std::string nearest = DidYouMean(name, NamesInBackground(place));
    return {host + " has no call " + name + " in the background",
            nearest.empty() ? "start it above: " + name + " = ... &" : nearest};
  }
  if (variable->joined) return {name + " is joined already", "take this wait away"};
  if (!variable->background) return {name + " is no call in the background", "its step has no &"};
  const Background& background = place.scope.backgrounds[*variable->background];
  if (background.name != name)
    return {name + " is joined by its call's first name", "write wait " + background.name};
  if (background.loop != place.scope.loop())
    return {name + " is started outside of this loop", "join it outside, too"};
  return {};
}

// A call that is joined in a wrong way is not reported as never joined, too.
void Abandon(const Place& place, const std::string& name) {
  const Variable* variable = place.scope.Find(place.host, name);
  if (variable != nullptr && variable->background)
    place.scope.backgrounds[*variable->background].unjoined = 0;
}

}  // namespace

bool CheckNewName(const Place& place, const std::string& name, const Span& span) {
  const auto refuse = [&](std::string message) {
    place.findings.Report(span, std::move(message), "take another name");
    return false;
  };
  if (place.scope.hosts.Has(name)) return refuse(name + " is a host's name");
  if (place.scope.topology.parameters.contains(name))
    return refuse(name + " is a parameter already");
  if (place.scope.texts.contains(name)) return refuse(name + " is a text already");
  if (place.scope.FindLoopVariable(name) != nullptr)
    return refuse(name + " is a loop's variable already");
  if (place.host == kNobody) return true;
  if (place.scope.IsSetInAnotherLane(place.host, name))
    return refuse(name + " is set in another lane");
  const Variable* variable = place.scope.Find(place.host, name);
  if (variable == nullptr || !variable->background) return true;
  Abandon(place, name);
  return refuse(name + " is still in the background");
}

void CheckStep(const Place& place, const Step& step) {
  const Signature* signature = SignatureOf(place, step.call);
  CheckReceiver(place, step.call, signature);
  if (signature != nullptr) {
    CheckArguments(place, step.call, *signature);
    CheckTargetCount(place, step, *signature);
    CheckPattern(place, step, *signature);
    CheckReach(place, step);
  }
  bool named = true;
  for (size_t i = 0; i < step.targets.size(); ++i)
    if (step.targets[i] != "_")
      named = CheckNewName(place, step.targets[i], step.target_spans[i]) && named;
  if (step.background) return Start(place, step, signature);
  if (named && !(step.expect && GivesNoValue(*step.expect))) SetTargets(place, step, signature);
  Variable* socket = place.scope.Find(place.host, step.call.receiver);
  if (step.call.function == "close" && socket != nullptr) socket->closed = place.scope.region();
}

void CheckWireStep(const Place& place, const Step& step) {
  const Call& call = step.call;
  const Signature* signature = SignatureOf(place, call);
  if (signature == nullptr) return;
  if (signature->actor != Actor::kWire || !call.receiver.empty())
    return place.findings.Report(call.receiver.empty() ? call.function_span : call.receiver_span,
                                 "the wire has no sockets",
                                 "a host does this: juliet> " + Usage(*signature));
  CheckArguments(place, call, *signature);
  CheckTargetCount(place, step, *signature);
  if (step.background)
    place.findings.Report(call.function_span, call.function + " never blocks", "leave the & away");
  if (step.expect) CheckExpect(place, *step.expect, *signature, step.call);
  if (place.scope.InParallel())
    place.findings.Report(call.function_span, "inside parallel the wire is never settled",
                          "move it behind the }");
}

void CheckWait(const Place& place, const Wait& wait) {
  auto [message, remedy] = WhyNotJoined(place, wait.name);
  if (!message.empty()) Abandon(place, wait.name);
  if (!message.empty())
    return place.findings.Report(wait.name_span, std::move(message), std::move(remedy));
  Background& background =
      place.scope.backgrounds[*place.scope.Find(place.host, wait.name)->background];
  if (background.unjoined > 0) --background.unjoined;
  const bool value = !(wait.expect && GivesNoValue(*wait.expect));
  for (const std::string& target : background.step->targets) place.scope.Forget(place.host, target);
  if (wait.expect && background.signature != nullptr) {
    CheckExpect(place, *wait.expect, *background.signature, background.step->call);
    if (place.scope.InParallel()) RefuseBareBlocks(place, *wait.expect);
  }
  if (value) SetTargets(place, *background.step, background.signature);
  if (place.scope.Find(place.host, wait.name) == nullptr)
    place.scope.Set(place.host, wait.name, {});
  place.scope.Find(place.host, wait.name)->joined = true;
}

void CheckJoins(const Place& place, size_t first, size_t loop) {
  for (size_t row = first; row < place.scope.backgrounds.size(); ++row) {
    Background& background = place.scope.backgrounds[row];
    if (background.unjoined == 0 || background.loop != loop) continue;
    background.unjoined = 0;
    std::string host = "HOST";
    for (size_t i = 0; i < place.scope.hosts.count() && host == "HOST"; ++i) {
      const Variable* variable = place.scope.Find(i, background.name);
      if (variable != nullptr && variable->background == row) host = place.scope.hosts.NameOf(i);
    }
    place.findings.Report(background.span,
                          "nobody joins " + background.name + (loop == 0 ? "" : " in this loop"),
                          "write " + host + "> wait " + background.name);
  }
}

}  // namespace balcony::script
