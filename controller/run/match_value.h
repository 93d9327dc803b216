// Whether one value is what a pattern says.
// Source: docs/language.md, "Patterns".
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/run/evaluate.h"
#include "controller/script/ast.h"

namespace balcony::run {

using Differences = std::vector<std::string>;

// Errors: what Evaluate says of a value in the pattern.
absl::StatusOr<bool> MatchValue(const script::Alts& pattern, const Value& value, const Scope& scope,
                                Differences& differences);
absl::StatusOr<bool> MatchAtom(const script::Atom& atom, const Value& value, const Scope& scope,
                               Differences& differences);

}  // namespace balcony::run
