#include "controller/run/arguments.h"

#include "absl/strings/str_cat.h"

namespace balcony::run {
namespace {

bool IsOfWords(script::Type type) {
  return type == script::Type::kKeyword || type == script::Type::kState ||
         type == script::Type::kWord || type == script::Type::kWords ||
         type == script::Type::kOption;
}

}  // namespace

Arguments::Arguments(const script::Call& call, const script::Signature& signature,
                     const Scope& scope)
    : scope_(scope) {
  const auto arguments = script::ArgumentsOf(signature, call);
  for (size_t i = 0; i < arguments.size(); ++i) {
    const script::Parameter& parameter = signature.parameters[i];
    for (const script::Arg* arg : arguments[i]) {
      if (IsOfWords(parameter.shape.type))
        words_[parameter.name].push_back(script::WordOf(*arg));
      else
        given_[parameter.name] = arg->value.get();
    }
  }
}

std::string Arguments::Word(const std::string& name) {
  return words_[name].empty() ? std::string() : words_[name].front();
}

const script::Expr* Arguments::Find(const std::string& name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? nullptr : found->second;
}

Value Arguments::Any(const std::string& name) {
  const script::Expr* expr = Find(name);
  if (expr == nullptr) return {};
  auto value = Evaluate(*expr, scope_);
  status_.Update(value.status());
  return value.ok() ? *std::move(value) : Value{};
}

int64_t Arguments::Number(const std::string& name) {
  const script::Expr* expr = Find(name);
  if (expr == nullptr) return 0;
  const auto number = EvaluateNumber(*expr, scope_);
  status_.Update(number.status());
  return number.ok() ? *number : 0;
}

Text Arguments::GetText(const std::string& name) {
  if (!Has(name)) return {};
  const Value value = Any(name);
  if (const auto* text = std::get_if<Text>(&value.node)) return *text;
  status_.Update(absl::InvalidArgumentError(absl::StrCat(name, " is not text")));
  return {};
}

Endpoint Arguments::End(const std::string& name, v1::Family family) {
  const script::Expr* expr = Find(name);
  if (expr == nullptr) return {};
  auto end = EvaluateEndpoint(*expr, family, scope_);
  status_.Update(end.status());
  return end.ok() ? *std::move(end) : Endpoint{};
}

std::string Arguments::Address(const std::string& name, v1::Family family) {
  const script::Expr* expr = Find(name);
  if (expr == nullptr) return {};
  auto address = EvaluateAddress(*expr, family, scope_);
  status_.Update(address.status());
  return address.ok() ? *std::move(address) : std::string();
}

}  // namespace balcony::run
