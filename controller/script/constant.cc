#include "controller/script/constant.h"

#include <algorithm>

namespace balcony::script {
namespace {

using Value = std::optional<ParameterValue>;

Value Times(const std::string& text, int64_t count) {
  if (count < 0 || (!text.empty() && static_cast<size_t>(count) > kMaxTextBytes / text.size()))
    return std::nullopt;
  std::string times;
  times.reserve(text.size() * static_cast<size_t>(count));
  if (!text.empty())
    for (int64_t i = 0; i < count; ++i) times += text;
  return times;
}

Value Arithmetic(char op, int64_t left, int64_t right) {
  int64_t result = 0;
  const bool overflow = op == '+'   ? __builtin_add_overflow(left, right, &result)
                        : op == '-' ? __builtin_sub_overflow(left, right, &result)
                                    : __builtin_mul_overflow(left, right, &result);
  return overflow ? Value() : Value(result);
}

std::string Written(const ParameterValue& value) {
  const auto* number = std::get_if<int64_t>(&value);
  return number != nullptr ? std::to_string(*number) : std::get<std::string>(value);
}

Value BinaryValue(const Binary& binary, const Parameters& parameters) {
  const Value left = ConstantOf(*binary.left, parameters);
  const Value right = ConstantOf(*binary.right, parameters);
  if (!left || !right) return std::nullopt;
  const auto* a = std::get_if<int64_t>(&*left);
  const auto* b = std::get_if<int64_t>(&*right);
  if (a != nullptr && b != nullptr) return Arithmetic(binary.op, *a, *b);
  if (binary.op == '*' && b != nullptr) return Times(std::get<std::string>(*left), *b);
  if (binary.op == '*' && a != nullptr) return Times(std::get<std::string>(*right), *a);
  if (binary.op != '+') return std::nullopt;
  std::string sum = Written(*left) + Written(*right);
  return sum.size() > kMaxTextBytes ? Value() : Value(std::move(sum));
}

Value CallValue(const Call& call, const Parameters& parameters) {
  if (!call.receiver.empty() || call.args.size() != 1) return std::nullopt;
  Value argument = ConstantOf(*call.args[0].value, parameters);
  if (!argument || !std::holds_alternative<std::string>(*argument)) return std::nullopt;
  auto& text = std::get<std::string>(*argument);
  if (call.function == "len") return static_cast<int64_t>(text.size());
  const bool upper = call.function == "upper";
  if (!upper && call.function != "lower") return std::nullopt;
  const char first = upper ? 'a' : 'A';
  for (char& c : text)
    if (c >= first && c <= first + ('z' - 'a')) c = static_cast<char>(c ^ 0x20);
  return argument;
}

// A number, or how many bytes a text has.
struct Extent {
  bool text = false;
  int64_t amount = 0;
};

std::optional<Extent> ExtentOf(const Expr& expression, const Parameters& parameters);

std::optional<Extent> ExtentOf(const Binary& binary, const Parameters& parameters) {
  const auto left = ExtentOf(*binary.left, parameters);
  const auto right = ExtentOf(*binary.right, parameters);
  if (!left || !right) return std::nullopt;
  const auto bytes = [](const Extent& part) {
    return part.text ? part.amount : static_cast<int64_t>(std::to_string(part.amount).size());
  };
  const bool text = left->text || right->text;
  const bool sum = text && binary.op == '+';
  const bool times = text && binary.op == '*' && left->text != right->text;
  if (text && !sum && !times) return std::nullopt;
  const Value amount = sum ? Arithmetic('+', bytes(*left), bytes(*right))
                           : Arithmetic(binary.op, left->amount, right->amount);
  if (!amount || (times && std::get<int64_t>(*amount) < 0)) return std::nullopt;
  return Extent{text, std::get<int64_t>(*amount)};
}

std::optional<Extent> ExtentOf(const Call& call, const Parameters& parameters) {
  if (!call.receiver.empty() || call.args.size() != 1) return std::nullopt;
  const auto argument = ExtentOf(*call.args[0].value, parameters);
  const bool same = call.function == "upper" || call.function == "lower";
  if (!argument || !argument->text || (!same && call.function != "len")) return std::nullopt;
  return Extent{same, argument->amount};
}

std::optional<Extent> ExtentOf(const Expr& expression, const Parameters& parameters) {
  if (const auto* binary = std::get_if<Binary>(&expression.node))
    return ExtentOf(*binary, parameters);
  if (const auto* call = std::get_if<Call>(&expression.node)) return ExtentOf(*call, parameters);
  const Value value = ConstantOf(expression, parameters);
  if (!value) return std::nullopt;
  const auto* text = std::get_if<std::string>(&*value);
  if (text == nullptr) return Extent{false, std::get<int64_t>(*value)};
  return Extent{true, static_cast<int64_t>(text->size())};
}

}  // namespace

std::optional<int64_t> SizeOf(const Expr& expression, const Parameters& parameters) {
  const auto extent = ExtentOf(expression, parameters);
  return extent && extent->text ? std::optional(extent->amount) : std::nullopt;
}

Value ConstantOf(const Expr& expression, const Parameters& parameters) {
  if (const auto* text = std::get_if<Text>(&expression.node)) return text->bytes;
  if (const auto* number = std::get_if<Number>(&expression.node)) return number->value;
  if (const auto* binary = std::get_if<Binary>(&expression.node))
    return BinaryValue(*binary, parameters);
  if (const auto* call = std::get_if<Call>(&expression.node)) return CallValue(*call, parameters);
  const auto* ref = std::get_if<Ref>(&expression.node);
  if (ref == nullptr || ref->path.size() != 1 || ref->index) return std::nullopt;
  const auto found = parameters.find(ref->path[0]);
  return found == parameters.end() ? Value() : Value(found->second);
}

}  // namespace balcony::script
