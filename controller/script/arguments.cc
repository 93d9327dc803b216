#include <algorithm>
#include <set>

#include "controller/script/combinations.h"
#include "controller/script/options.h"
#include "controller/script/values.h"
#include "controller/script/vocabulary.h"

namespace balcony::script {
namespace {

class Inquiry {
 public:
  Inquiry(const Place& place, const Signature& signature) : place_(place), signature_(signature) {}

  // An argument for that parameter. `option` is the one that the call names, if it names one.
  void Check(const Arg& arg, const Parameter& parameter, const Option* option) {
    if (parameter.shape.type == Type::kOption) return CheckOption(arg);
    if (parameter.shape.type == Type::kOptionValue) return CheckOptionValue(arg, option);
    remedy_ = "write " + Usage(signature_);
    least_ = parameter.least;
    most_ = parameter.most;
    CheckValue(*arg.value, arg.span, parameter.name, parameter.shape);
    if (parameter.name == "until") CheckUntil(arg);
  }

  // An argument that fits no parameter.
  void Refuse(const Arg& arg) {
    remedy_ = "write " + Usage(signature_);
    if (arg.name.empty())
      return Report(arg.span, "an argument too many for " + signature_.function, remedy_);
    std::vector<std::string> names;
    for (const Parameter& parameter : signature_.parameters) names.push_back(parameter.name);
    const bool twice = std::find(names.begin(), names.end(), arg.name) != names.end();
    const std::string nearest = twice ? "" : DidYouMean(arg.name, names);
    Report(arg.span,
           signature_.function + (twice ? " has its " : " has no ") + arg.name +
               (twice ? " already" : ""),
           nearest.empty() ? remedy_ : nearest);
  }

 private:
  void CheckUntil(const Arg& arg) {
    constexpr int64_t kMost = 1024;
    const auto bytes = SizeOf(*arg.value, place_.scope.topology.parameters);
    if (bytes == 0)
      Report(arg.span, "until an empty text is at once", R"(name what ends a line, such as "\n")");
    if (bytes > kMost)
      Report(arg.span, "until cannot be a text of " + std::to_string(*bytes) + " bytes",
             "write 1024 or less");
  }

  // `what` is what the value is for: a parameter, a field, an option.
  void CheckValue(const Expr& value, const Span& span, const std::string& what,
                  const Shape& wanted) {
    switch (wanted.type) {
      case Type::kKeyword:
      case Type::kState:
      case Type::kWord:
      case Type::kWords:
        return CheckWord(value, span, what, wanted);
      case Type::kEndpoint:
        return CheckEndpointValue(value, span, what);
      case Type::kAddress:
        return CheckAddress(value, span, what);
      case Type::kRecord:
        if (const auto* record = std::get_if<Record>(&value.node))
          return CheckRecord(*record, wanted.fields);
        break;
      default:
        break;
    }
    CheckType(value, span, what, wanted);
    CheckNumber(value, span, what, wanted);
  }

  void CheckType(const Expr& value, const Span& span, const std::string& what,
                 const Shape& wanted) {
    const Known type = TypeOf(place_, value);
    if (type && !Fits(*type, wanted.type))
      Report(span, what + " must be " + Wanted(wanted) + ", and this is " + Article(*type),
             remedy_);
  }

  void CheckNumber(const Expr& value, const Span& span, const std::string& what,
                   const Shape& wanted) {
    const auto number = KnownNumber(place_, value);
    if (!number) return;
    if (wanted.type == Type::kFlag && (*number < 0 || *number > 1))
      return Report(span, what + " is 0 or 1", remedy_);
    if (wanted.type != Type::kNumber) return;
    if (*number < least_)
      Report(span, what + " cannot be " + std::to_string(*number),
             "write " + std::to_string(least_) + " or more");
    if (*number > most_)
      Report(span, what + " cannot be " + std::to_string(*number),
             "write " + std::to_string(most_) + " or less");
  }

  void CheckWord(const Expr& value, const Span& span, const std::string& what,
                 const Shape& wanted) {
    const auto* ref = std::get_if<Ref>(&value.node);
    const auto* word = std::get_if<Word>(&value.node);
    const std::string name = ref != nullptr && ref->path.size() == 1 && !ref->index ? ref->path[0]
                             : word != nullptr                                      ? word->name
                                                                                    : "";
    const auto& known = wanted.type == Type::kState ? States() : wanted.words;
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    const std::string nearest = DidYouMean(name, known);
    Report(span, what + " must be " + Wanted(wanted), nearest.empty() ? remedy_ : nearest);
  }

  void CheckEndpointValue(const Expr& value, const Span& span, const std::string& what) {
    if (const auto* endpoint = std::get_if<Endpoint>(&value.node))
      return CheckEndpoint(place_, *endpoint, value.span, false);
    if (const auto* address = std::get_if<Address>(&value.node)) {
      const bool ipv6 = address->literal.find(':') != std::string::npos;
      const std::string written = ipv6 ? "[" + address->literal + "]" : address->literal;
      return Report(span, "this address has no port", "write " + written + ":4000");
    }
    const auto* ref = std::get_if<Ref>(&value.node);
    if (ref != nullptr && IsHost(place_, *ref))
      return Report(span, "this host has no port", "write " + ref->path[0] + ":4000");
    CheckType(value, span, what, {.type = Type::kEndpoint});
  }

  void CheckAddress(const Expr& value, const Span& span, const std::string& what) {
    if (std::holds_alternative<Address>(value.node)) return;
    const auto* ref = std::get_if<Ref>(&value.node);
    if (ref == nullptr || !IsHost(place_, *ref))
      return CheckType(value, span, what, {.type = Type::kAddress});
    if (place_.scope.hosts.Has(ref->path[0]))
      HostsOf(place_, ref->path[0], ref->index ? &*ref->index : nullptr, span, false);
  }

  // A record as an argument has values in its fields, where one in a pattern has patterns.
  void CheckRecord(const Record& record, const std::vector<Shape>& known) {
    for (const Field& field : record.fields) {
      const Shape* wanted = FindMember(known, field.name);
      const Atom& atom = field.value->atoms[0];
      const auto* range = std::get_if<Range>(&atom.node);
      const bool plain = !field.value->negated && field.value->atoms.size() == 1;
      if (wanted == nullptr) {
        const std::string nearest = DidYouMean(field.name, NamesOf(known));
        Report(field.span, "there is no field " + field.name,
               nearest.empty() ? "it has " + Listed(NamesOf(known)) : nearest);
      } else if (plain && range != nullptr && range->to == nullptr && range->unit.empty()) {
        CheckValue(*range->from, atom.span, field.name, *wanted);
      } else if (!plain || !std::holds_alternative<Address>(atom.node)) {
        Report(atom.span, "a value stands here, and no pattern", remedy_);
      } else if (wanted->type != Type::kAddress) {
        Report(atom.span, field.name + " must be " + Wanted(*wanted) + ", and this is an address",
               remedy_);
      }
    }
  }

  void CheckOption(const Arg& arg) {
    const std::string name = WordOf(arg);
    if (FindOption(name) != nullptr) return;
    std::vector<std::string> names;
    for (const Option& option : Options()) names.push_back(option.name);
    if (name.empty()) return Report(arg.span, "option must be one such as SO_RCVBUF", remedy_);
    Report(arg.span, "unknown option " + name, DidYouMean(name, names));
  }

  void CheckOptionValue(const Arg& arg, const Option* option) {
    if (option == nullptr) return;  // which is reported
    const std::string example = ExampleOf(*option);
    if (example.empty())
      return Report(arg.span, option->name + " can only be read",
                    "write sock.getsockopt(" + option->name + ")");
    remedy_ = "write sock.setsockopt(" + option->name + ", " + example + ")";
    least_ = INT32_MIN;  // IP_TTL takes -1: what the host has set
    most_ = UINT32_MAX;  // of SO_MARK
    const bool membership = option->kind == OptionKind::kMembership;
    if (membership && std::holds_alternative<Address>(arg.value->node)) return;
    CheckValue(*arg.value, arg.span, option->name, ShapeOf(*option));
  }

  // What is wanted, for a message.
  static std::string Wanted(const Shape& shape) {
    if (!shape.words.empty()) return Listed(shape.words);
    if (shape.type == Type::kState) return "a state such as ESTABLISHED";
    if (shape.type == Type::kEndpoint) return "an endpoint such as juliet:4000";
    if (shape.type == Type::kAddress) return "an address such as 10.10.0.1, or a host";
    if (shape.type == Type::kDuration) return "a duration such as 200ms";
    return Article(shape.type);
  }

  void Report(const Span& span, std::string message, std::string remedy) {
    place_.findings.Report(span, std::move(message), std::move(remedy));
  }

  const Place& place_;
  const Signature& signature_;
  std::string remedy_;  // how to write what is wrong
  int64_t least_ = 0;   // that a number may be
  int64_t most_ = INT64_MAX;
};

void CheckSaidOnce(const Place& place, const std::vector<const Arg*>& words) {
  std::set<std::string> said;
  for (const Arg* arg : words)
    if (const std::string word = WordOf(*arg); !said.insert(word).second)
      place.findings.Report(arg->span, word + " is said twice", "once is enough");
}

}  // namespace

void CheckArguments(const Place& place, const Call& call, const Signature& signature) {
  const std::vector<std::vector<const Arg*>> arguments = ArgumentsOf(signature, call);
  const bool names_option = !arguments.empty() && !arguments[0].empty();
  const Option* option = names_option ? FindOption(WordOf(*arguments[0][0])) : nullptr;
  for (const Arg& arg : call.args) {
    if (place.findings.full()) return;
    const auto found = std::find_if(arguments.begin(), arguments.end(), [&](const auto& given) {
      return std::find(given.begin(), given.end(), &arg) != given.end();
    });
    Inquiry inquiry(place, signature);
    if (found == arguments.end())
      inquiry.Refuse(arg);
    else
      inquiry.Check(arg, signature.parameters[static_cast<size_t>(found - arguments.begin())],
                    option);
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Parameter& parameter = signature.parameters[i];
    if (parameter.required && arguments[i].empty())
      place.findings.Report(call.function_span, signature.function + " needs its " + parameter.name,
                            "write " + Usage(signature));
    CheckSaidOnce(place, arguments[i]);
  }
  CheckCombinations(place, call, signature);
}

}  // namespace balcony::script
