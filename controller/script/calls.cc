#include "controller/script/calls.h"

#include <algorithm>
#include <array>
#include <map>

#include "controller/script/counters.h"
#include "controller/script/options.h"
#include "controller/script/rows.h"

namespace balcony::script {
namespace {

bool Has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<Signature> AllCalls() {
  std::vector<Signature> all;
  for (const auto& family : {SocketRows(), MessageRows(), HostRows()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : "|") + word;
  return joined;
}

// What stands behind the = of an argument by name.
std::string Sample(const Shape& shape) {
  switch (shape.type) {
    case Type::kNumber:
      return "number";
    case Type::kFlag:
      return "0|1";
    case Type::kText:
      return "text";
    case Type::kAddress:
      return "address";
    case Type::kRecord: {
      const std::vector<std::string> names = NamesOf(shape.fields);
      return "{" + (names.empty() ? "" : names[0] + ": ...") + "}";
    }
    default:
      return "value";
  }
}

std::string Written(const Parameter& parameter) {
  const Shape& shape = parameter.shape;
  if (parameter.by_name_only) return parameter.name + "=" + Sample(shape);
  if (shape.type == Type::kState) return "STATE";
  if (shape.type == Type::kOption) return "OPTION";
  if (shape.type == Type::kFlag) return Sample(shape);
  return shape.words.empty() ? parameter.name
                             : Joined(shape.words) + (parameter.several ? " ..." : "");
}

// Where an argument by position belongs: a word skips parameters that may be left out.
size_t PlaceOf(const std::vector<Parameter>& parameters, size_t position, const Arg& arg) {
  const std::string word = WordOf(arg);
  for (size_t at = position; at < parameters.size() && !word.empty(); ++at) {
    if (parameters[at].by_name_only) break;
    if (Has(parameters[at].shape.words, word)) return at;
    if (parameters[at].shape.type == Type::kState && std::holds_alternative<Word>(arg.value->node))
      return at;
    if (parameters[at].required) break;
  }
  return position;
}

Shape CounterShape(const std::string& group) {
  Shape record = {.type = Type::kRecord};
  for (const std::string& name : CountersOf(group))
    record.fields.push_back({.type = Type::kNumber, .name = name});
  return record;
}

}  // namespace

const std::vector<Signature>& Signatures() {
  static const auto& all = *new std::vector<Signature>(AllCalls());
  return all;
}

const Signature* FindSignature(std::string_view function) {
  const auto& all = Signatures();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Signature& row) { return row.function == function; });
  return found == all.end() ? nullptr : &*found;
}

std::string InPlaceOf(std::string_view function) {
  static const auto& to_come = *new std::map<std::string_view, std::string>{
      {"sendfile", "write sock.sendall(data)"},
      {"connect_ex", "write sock.connect(address): an error is a result like any other"},
      {"echo", "write while data = sock.recv(1024) { sock.sendall(data) }"},
      {"serve", "write a while with accept, recv and sendall in it"},
      {"source", "write sock.sendall(\"x\" * 10000)"},
      {"sink", "write while sock.recv(1024) { ... } with a step in it"},
      {"ping_pong", "write a repeat with sendall and recv in it"},
  };
  static constexpr std::array kOfTheWire = {"packets", "cut",     "mend",   "drop",
                                            "hold",    "release", "delay",  "duplicate",
                                            "corrupt", "reorder", "inject", "raw"};
  if (const auto found = to_come.find(function); found != to_come.end()) return found->second;
  const bool of_the_wire =
      std::find(kOfTheWire.begin(), kOfTheWire.end(), function) != kOfTheWire.end();
  return of_the_wire ? "take it away: the wire has settle() alone" : "";
}

std::vector<std::vector<const Arg*>> ArgumentsOf(const Signature& signature, const Call& call) {
  const auto& parameters = signature.parameters;
  std::vector<std::vector<const Arg*>> arguments(parameters.size());
  size_t position = 0;
  for (const Arg& arg : call.args) {
    size_t at = 0;
    if (arg.name.empty()) {
      at = PlaceOf(parameters, position, arg);
      position = at < parameters.size() && parameters[at].several ? at : at + 1;
    } else {
      while (at < parameters.size() && parameters[at].name != arg.name) ++at;
    }
    const bool fits = at < parameters.size() && (!arg.name.empty() || !parameters[at].by_name_only);
    if (fits && (arguments[at].empty() || parameters[at].several)) arguments[at].push_back(&arg);
  }
  return arguments;
}

std::string WordOf(const Arg& arg) {
  const auto* ref = std::get_if<Ref>(&arg.value->node);
  if (ref != nullptr) return ref->path.size() == 1 && !ref->index ? ref->path[0] : std::string();
  const auto* word = std::get_if<Word>(&arg.value->node);
  return word == nullptr ? std::string() : word->name;
}

std::vector<Shape> ResultsOf(const Signature& signature, const Call& call) {
  std::vector<Shape> results = signature.results;
  if (results.empty() || signature.parameters.empty()) return results;
  const std::vector<const Arg*> first = ArgumentsOf(signature, call)[0];
  const std::string word = first.empty() ? std::string() : WordOf(*first[0]);
  if (results[0].type == Type::kOptionValue) {
    if (const Option* option = FindOption(word)) results[0] = ShapeOf(*option);
  } else if (signature.function == "counters") {
    results[0] = CounterShape(word);
  } else if (signature.function == "resolve") {
    const bool all = std::any_of(call.args.begin(), call.args.end(),
                                 [](const Arg& arg) { return WordOf(arg) == "all"; });
    if (all) results[0] = {.type = Type::kList, .element = {results[0]}};
  }
  return results;
}

std::string Usage(const Signature& signature) {
  std::string usage = signature.receiver == Receiver::kSocket ? "sock." : "";
  usage += signature.function + "(";
  bool first = true;
  for (const Parameter& parameter : signature.parameters) {
    const std::string written = (first ? "" : ", ") + Written(parameter);
    usage += parameter.required ? written : "[" + written + "]";
    first = false;
  }
  return usage + ")";
}

}  // namespace balcony::script
