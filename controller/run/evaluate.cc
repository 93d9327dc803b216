#include "controller/run/evaluate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace balcony::run {
namespace {

absl::StatusOr<Value> Join(const Value& left, const Value& right) {
  const auto* left_number = std::get_if<int64_t>(&left.node);
  const auto* right_number = std::get_if<int64_t>(&right.node);
  if (left_number != nullptr && right_number != nullptr) {
    int64_t sum = 0;
    if (__builtin_add_overflow(*left_number, *right_number, &sum))
      return Wrong("the sum is too large");
    return Value{sum};
  }
  const auto as_text = [](const Value& value) -> std::optional<Text> {
    if (const auto* text = std::get_if<Text>(&value.node)) return *text;
    if (const auto* number = std::get_if<int64_t>(&value.node)) return Text{absl::StrCat(*number)};
    return std::nullopt;
  };
  const std::optional<Text> a = as_text(left);
  const std::optional<Text> b = as_text(right);
  if (!a || !b) return Wrong("+ joins numbers and text");
  if (a->size() + b->size() > kMaxTextBytes) return Wrong("the text is over 64 MiB");
  return Value{Text{absl::StrCat(a->bytes(), b->bytes())}};
}

absl::StatusOr<Value> Multiply(const Value& left, const Value& right) {
  const auto* count = std::get_if<int64_t>(&right.node);
  if (count == nullptr) {
    if (std::holds_alternative<Text>(right.node)) return Multiply(right, left);
    return Wrong("* takes a number, or text and a number");
  }
  if (const auto* number = std::get_if<int64_t>(&left.node)) {
    int64_t product = 0;
    if (__builtin_mul_overflow(*number, *count, &product)) return Wrong("the product is too large");
    return Value{product};
  }
  const auto* text = std::get_if<Text>(&left.node);
  if (text == nullptr) return Wrong("* takes a number, or text and a number");
  if (*count < 0) return Wrong(absl::StrCat("text cannot be repeated ", *count, " times"));
  constexpr uint64_t kMost = uint64_t{1} << 40;
  const auto times = static_cast<uint64_t>(*count);
  if (times == 0 || text->size() == 0) return Value{Text{}};
  if (times > kMost / text->size()) return Wrong("the text is over 2^40 bytes");
  return Value{Text{text->unit, text->count * times}};
}

absl::StatusOr<Value> Operate(const script::Binary& binary, const Scope& scope) {
  const auto left = Evaluate(*binary.left, scope);
  if (!left.ok()) return left;
  const auto right = Evaluate(*binary.right, scope);
  if (!right.ok()) return right;
  if (binary.op == '+') return Join(*left, *right);
  if (binary.op == '*') return Multiply(*left, *right);
  const auto* a = std::get_if<int64_t>(&left->node);
  const auto* b = std::get_if<int64_t>(&right->node);
  int64_t difference = 0;
  if (a == nullptr || b == nullptr || __builtin_sub_overflow(*a, *b, &difference)) {
    return Wrong("- takes two numbers");
  }
  return Value{difference};
}

std::optional<Value> FindVariable(const std::string& name, const Scope& scope) {
  const auto loop = std::find_if(scope.loops.rbegin(), scope.loops.rend(),
                                 [&](const auto& around) { return around.first == name; });
  if (loop != scope.loops.rend()) return loop->second;  // the innermost
  if (auto value = scope.setting.variables.Find(scope.self, name)) return value;
  const auto parameter = scope.setting.topology.parameters.find(name);
  if (parameter != scope.setting.topology.parameters.end()) {
    if (const auto* number = std::get_if<int64_t>(&parameter->second)) return Value{*number};
    return Value{Text{std::get<std::string>(parameter->second)}};
  }
  const auto lines = scope.setting.script.texts.find(name);
  if (lines != scope.setting.script.texts.end())
    return Value{Text{absl::StrJoin(lines->second, "\n")}};
  return std::nullopt;
}

absl::StatusOr<Value> Member(const Value& whole, const std::string& name) {
  if (const auto* end = std::get_if<Endpoint>(&whole.node)) {
    if (name == "address") return Value{Text{end->address}};
    if (name == "port") return Value{int64_t{end->port}};
  }
  if (const auto* record = std::get_if<Record>(&whole.node)) {
    if (const Value* field = FindField(*record, name)) return *field;
  }
  return Wrong(absl::StrCat("there is no field ", name));
}

// The value of a field of a record that is an argument: check has seen that it is one.
absl::StatusOr<Value> FieldValue(const script::Atom& atom, const Scope& scope) {
  if (const auto* address = std::get_if<script::Address>(&atom.node))
    return Value{Address{scope.setting.names.Played(address->literal)}};
  const auto* range = std::get_if<script::Range>(&atom.node);
  if (range == nullptr) return Wrong("a value is wanted here, and no pattern");
  const auto* ref = std::get_if<script::Ref>(&range->from->node);
  if (ref == nullptr || !NamesHost(*ref, scope)) return Evaluate(*range->from, scope);
  const auto address = EvaluateAddress(*range->from, v1::FAMILY_UNSPECIFIED, scope);
  if (!address.ok()) return address.status();
  return Value{Address{*address}};
}

absl::StatusOr<Value> RecordValue(const script::Record& record, const Scope& scope) {
  Record value;
  for (const script::Field& field : record.fields) {
    auto inner = FieldValue(field.value->atoms.front(), scope);
    if (!inner.ok()) return inner;
    value.fields.push_back({field.name, *std::move(inner)});
  }
  return Value{std::move(value)};
}

absl::StatusOr<Value> DurationValue(const script::Quantity& quantity) {
  if (quantity.unit == "us") return Value{absl::Microseconds(quantity.value)};
  if (quantity.unit == "ms") return Value{absl::Milliseconds(quantity.value)};
  if (quantity.unit == "s") return Value{absl::Seconds(quantity.value)};
  if (quantity.unit == "min") return Value{absl::Minutes(quantity.value)};
  return Wrong(absl::StrCat("a number of ", quantity.unit, " has no meaning here"));
}

}  // namespace

void Variables::Set(size_t host, const std::string& name, Value value) {
  const std::lock_guard lock(mutex_);
  hosts_[host].insert_or_assign(name, std::move(value));
}

std::optional<Value> Variables::Find(size_t host, const std::string& name) {
  const std::lock_guard lock(mutex_);
  const auto found = hosts_[host].find(name);
  if (found == hosts_[host].end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<Value> EvaluateCall(const script::Call& call, const Scope& scope) {
  auto argument = call.args.empty() ? absl::StatusOr<Value>(Value{Text{}})
                                    : Evaluate(*call.args.front().value, scope);
  if (!argument.ok()) return argument;
  const auto* text = std::get_if<Text>(&argument->node);
  if (text == nullptr) return Wrong(absl::StrCat(call.function, " takes text"));
  if (call.function == "len") return Value{static_cast<int64_t>(text->size())};
  if (text->size() > kMaxTextBytes) return Wrong("the text is over 64 MiB");
  if (call.function == "upper") return Value{Text{absl::AsciiStrToUpper(text->unit), text->count}};
  if (call.function == "lower") return Value{Text{absl::AsciiStrToLower(text->unit), text->count}};
  if (call.function != "input") return Wrong(absl::StrCat(call.function, " is a step of its own"));
  absl::StatusOr<std::string> line = scope.setting.input.Ask(text->bytes());
  if (!line.ok()) return line.status();
  return Value{Text{*std::move(line)}};
}

std::vector<Socket> Variables::Sockets(size_t host) {
  const std::lock_guard lock(mutex_);
  std::vector<Socket> sockets;
  for (const auto& [name, value] : hosts_[host]) {
    if (const auto* socket = std::get_if<Socket>(&value.node)) sockets.push_back(*socket);
  }
  return sockets;
}

absl::StatusOr<Value> Look(const script::Ref& ref, const Scope& scope) {
  size_t next = 0;
  Scope where{scope.setting, scope.self, scope.loops};
  if (ref.path.size() > 1 && ref.path.front() == "self") {
    next = 1;
  } else if (ref.path.size() > 1) {
    const auto hosts = Hosts(ref.path.front(), ref.index, scope);
    if (hosts.ok() && hosts->size() == 1) {
      where.self = hosts->front();
      next = 1;
    }
  }
  const std::string& name = ref.path[next++];
  const std::optional<Value> found = FindVariable(name, where);
  if (!found) return Wrong(absl::StrCat(name, " has no value here"));
  absl::StatusOr<Value> value = *found;
  for (; next < ref.path.size() && value.ok(); ++next) value = Member(*value, ref.path[next]);
  return value;
}

absl::StatusOr<Value> Evaluate(const script::Expr& expr, const Scope& scope) {
  if (const auto* text = std::get_if<script::Text>(&expr.node)) return Value{Text{text->bytes}};
  if (const auto* number = std::get_if<script::Number>(&expr.node)) return Value{number->value};
  if (const auto* word = std::get_if<script::Word>(&expr.node)) return Value{Word{word->name}};
  if (const auto* ref = std::get_if<script::Ref>(&expr.node)) return Look(*ref, scope);
  if (const auto* call = std::get_if<script::Call>(&expr.node)) return EvaluateCall(*call, scope);
  if (const auto* binary = std::get_if<script::Binary>(&expr.node)) return Operate(*binary, scope);
  if (const auto* quantity = std::get_if<script::Quantity>(&expr.node))
    return DurationValue(*quantity);
  if (const auto* record = std::get_if<script::Record>(&expr.node))
    return RecordValue(*record, scope);
  if (const auto* address = std::get_if<script::Address>(&expr.node))
    return Value{Address{scope.setting.names.Played(address->literal)}};
  return Wrong("this is no value here");
}

absl::StatusOr<int64_t> EvaluateNumber(const script::Expr& expr, const Scope& scope) {
  const auto value = Evaluate(expr, scope);
  if (!value.ok()) return value.status();
  const auto* number = std::get_if<int64_t>(&value->node);
  if (number == nullptr) return Wrong("a number is wanted here");
  return *number;
}

}  // namespace balcony::run
