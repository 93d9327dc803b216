// Whether an answer is what the file expects.
// Shapes: all that differs is said, not the first thing only.
// Source: docs/language.md, "Patterns".
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/run/answer.h"
#include "controller/run/evaluate.h"
#include "controller/script/ast.h"

namespace balcony::run {

struct Match {
  bool matched = false;
  uint32_t alternative = 0;  // which of `A | B` it was, from 1; 0 where there is but one
  // "recv_queue: expected 51, got 50"; may be empty when not matched.
  std::vector<std::string> differences;
};

// Errors: what Evaluate says of a value in the pattern.
absl::StatusOr<Match> MatchAnswer(const script::Expect& expect, const Answer& answer,
                                  const Scope& scope);

}  // namespace balcony::run
