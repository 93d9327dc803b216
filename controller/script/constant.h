// What an expression is worth before anything runs: a declaration's value, a literal argument.
// Shapes: pure; numbers, texts, parameters and + - * on them, and len, upper and lower.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>

#include "controller/script/ast.h"

namespace balcony::script {

// A value that a parameter can have.
using ParameterValue = std::variant<int64_t, std::string>;
using Parameters = std::map<std::string, ParameterValue>;

// A text of a parameter has at most so many bytes.
inline constexpr size_t kMaxTextBytes = 16 << 20;

// Nothing if it has no such value: it reads a variable, its types do not fit, or it is too large.
std::optional<ParameterValue> ConstantOf(const Expr& expression, const Parameters& parameters);

// How many bytes it has, if it is worth a text; that may be larger than a parameter's, and is not
// made.
std::optional<int64_t> SizeOf(const Expr& expression, const Parameters& parameters);

}  // namespace balcony::script
