#include "controller/script/values.h"

#include <algorithm>

#include "controller/script/vocabulary.h"

namespace balcony::script {
namespace {

Known TypeOfBinary(const Place& place, const Binary& binary, const Span& span) {
  const Known left = TypeOf(place, *binary.left);
  const Known right = TypeOf(place, *binary.right);
  if (!left || !right) return std::nullopt;
  const bool numbers = *left == Type::kNumber && *right == Type::kNumber;
  const bool mixed = (*left == Type::kText || *left == Type::kNumber) &&
                     (*right == Type::kText || *right == Type::kNumber);
  if (numbers) return Type::kNumber;
  if (mixed && binary.op == '+') return Type::kText;
  if (mixed && binary.op == '*' && *left != *right) return Type::kText;
  place.findings.Report(
      span, Article(*left) + " " + binary.op + " " + Article(*right) + " has no meaning",
      R"(known are numbers with + - *, text + text or number, and text * number)");
  return std::nullopt;
}

// A call inside an expression: one that the controller does itself.
Known TypeOfCall(const Place& place, const Call& call) {
  const Signature* signature = call.receiver.empty() ? FindSignature(call.function) : nullptr;
  if (signature == nullptr || signature->actor != Actor::kController) {
    const std::vector<std::string> known = {"len", "upper", "lower", "input"};
    std::string remedy =
        FindSignature(call.function) == nullptr ? DidYouMean(call.function, known) : "";
    if (remedy.empty()) remedy = "give it a step of its own and name what it gives";
    place.findings.Report(call.function_span, call.function + " cannot stand inside an expression",
                          remedy);
    return std::nullopt;
  }
  CheckArguments(place, call, *signature);
  return signature->results[0].type;
}

// What a variable holds, as far as sums go.
Known Plain(Known type) {
  if (type == Type::kFlag) return Type::kNumber;
  return type == Type::kSetting ? Known() : type;
}

bool IsDuration(const Quantity& quantity) {
  return quantity.unit == "us" || quantity.unit == "ms" || quantity.unit == "s" ||
         quantity.unit == "min";
}

}  // namespace

bool Fits(Type given, Type wanted) {
  if (wanted == Type::kFlag) wanted = Type::kNumber;
  if (given == Type::kFlag) given = Type::kNumber;
  if (wanted == Type::kSetting) return given == Type::kNumber || given == Type::kText;
  return given == wanted || (wanted == Type::kAddress && given == Type::kText);
}

std::string TransportOf(const Place& place, const Call& call) {
  if (call.function == "socket") {
    const auto transport = ArgumentsOf(*FindSignature("socket"), call)[0];
    return transport.empty() ? "" : WordOf(*transport[0]);
  }
  const Variable* from =
      call.function == "dup" ? place.scope.Find(place.host, call.receiver) : nullptr;
  return from == nullptr ? "" : from->transport;
}

Known TypeOf(const Place& place, const Expr& expression) {
  const auto& node = expression.node;
  if (std::holds_alternative<Text>(node)) return Type::kText;
  if (std::holds_alternative<Number>(node)) return Type::kNumber;
  if (std::holds_alternative<Endpoint>(node)) return Type::kEndpoint;
  if (std::holds_alternative<Address>(node)) return Type::kAddress;
  if (std::holds_alternative<Record>(node)) return Type::kRecord;
  if (const auto* word = std::get_if<Word>(&node))
    return IsState(word->name) ? Type::kState : Type::kWord;
  if (const auto* quantity = std::get_if<Quantity>(&node); quantity && IsDuration(*quantity))
    return Type::kDuration;
  if (const auto* ref = std::get_if<Ref>(&node))
    return Plain(TypeOfRef(place, *ref, expression.span));
  if (const auto* call = std::get_if<Call>(&node)) return TypeOfCall(place, *call);
  if (const auto* binary = std::get_if<Binary>(&node))
    return TypeOfBinary(place, *binary, expression.span);
  place.findings.Report(expression.span, "a number with a unit has no meaning here",
                        "write a plain number, or a duration such as 200ms");
  return std::nullopt;
}

}  // namespace balcony::script
