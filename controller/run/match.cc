#include "controller/run/match.h"

#include <algorithm>

#include "controller/run/match_value.h"
#include "controller/script/outcomes.h"

namespace balcony::run {
namespace {

absl::StatusOr<Match> MatchAlternatives(const script::Alts& alts, const Answer& answer,
                                        const Scope& scope);

absl::StatusOr<bool> MatchParts(const std::vector<script::Alts>& parts,
                                const std::vector<Value>& values, const Scope& scope,
                                Differences& differences) {
  if (parts.size() != values.size()) return false;
  bool all = true;
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto matched = MatchValue(parts[i], values[i], scope, differences);
    if (!matched.ok()) return matched;
    all = all && *matched;
  }
  return all;
}

// One atom against a whole answer, of whatever kind.
absl::StatusOr<bool> MatchWhole(const script::Atom& atom, const Answer& answer, const Scope& scope,
                                Differences& differences) {
  const auto* tuple = std::get_if<script::Tuple>(&atom.node);
  if (tuple != nullptr && tuple->parts.size() == 1) {  // (A | B) is what is inside
    const auto inside = MatchAlternatives(tuple->parts.front(), answer, scope);
    if (!inside.ok()) return inside.status();
    return inside->matched;
  }
  switch (answer.kind) {
    case Answer::Kind::kEof:
      return std::holds_alternative<script::Eof>(atom.node);
    case Answer::Kind::kBlocks:
      return std::holds_alternative<script::Blocks>(atom.node);
    case Answer::Kind::kErrno:
    case Answer::Kind::kNameError: {
      const std::string* name = script::ErrorOf(atom);
      return name != nullptr && *name == answer.error;
    }
    case Answer::Kind::kTimedOut:
    case Answer::Kind::kCancelled:
      return false;
    case Answer::Kind::kValue:
      break;
  }
  if (std::holds_alternative<script::Any>(atom.node)) return true;
  if (tuple != nullptr) {
    return MatchParts(tuple->parts, answer.values, scope, differences);
  }
  if (answer.values.size() != 1) return false;
  return MatchAtom(atom, answer.values.front(), scope, differences);
}

absl::StatusOr<Match> MatchAlternatives(const script::Alts& alts, const Answer& answer,
                                        const Scope& scope) {
  Match match;
  for (size_t i = 0; i < alts.atoms.size(); ++i) {
    const auto matched = MatchWhole(alts.atoms[i], answer, scope, match.differences);
    if (!matched.ok()) return matched.status();
    if (*matched) {
      match.matched = true;
      match.alternative = alts.atoms.size() > 1 ? static_cast<uint32_t>(i + 1) : 0;
      break;
    }
  }
  // `not` is of values alone: an errno that is not the one named is no success (docs/language.md,
  // "Outcomes are disjoint").
  if (alts.negated) {
    match.matched = !match.matched && answer.kind == Answer::Kind::kValue;
    match.alternative = 0;
  }
  return match;
}

std::string DurationText(absl::Duration duration) {
  return absl::FormatDuration(absl::Trunc(duration, absl::Microseconds(1)));
}

void MatchTiming(const script::Timing& timing, const Answer& answer, Match& match) {
  const absl::Duration took = answer.duration();
  if (took >= timing.earliest && took <= timing.latest) return;
  match.matched = false;
  match.differences.push_back("it took " + DurationText(took));
}

}  // namespace

absl::StatusOr<Match> MatchAnswer(const script::Expect& expect, const Answer& answer,
                                  const Scope& scope) {
  Match match;
  if (expect.parts.size() == 1) {
    auto whole = MatchAlternatives(expect.parts.front(), answer, scope);
    if (!whole.ok()) return whole;
    match = *std::move(whole);
  } else if (answer.kind == Answer::Kind::kValue) {
    const auto matched = MatchParts(expect.parts, answer.values, scope, match.differences);
    if (!matched.ok()) return matched.status();
    match.matched = *matched;
  }
  if (match.matched && expect.timing) MatchTiming(*expect.timing, answer, match);
  return match;
}

}  // namespace balcony::run
