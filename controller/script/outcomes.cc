#include "controller/script/outcomes.h"

#include <algorithm>

#include "controller/script/vocabulary.h"

namespace balcony::script {
namespace {

template <typename Predicate>
bool AllAtoms(const Alts& alts, Predicate predicate) {
  return std::all_of(alts.atoms.begin(), alts.atoms.end(), predicate);
}

}  // namespace

const std::string* ErrorOf(const Atom& atom) {
  const auto* range = std::get_if<Range>(&atom.node);
  if (range == nullptr || range->to != nullptr || !range->unit.empty()) return nullptr;
  const auto* word = std::get_if<Word>(&range->from->node);
  return word != nullptr && (IsErrno(word->name) || IsNameError(word->name)) ? &word->name
                                                                             : nullptr;
}

const Blocks* FindBlocks(const Expect& expect) {
  for (const Alts& part : expect.parts) {
    for (const Atom& atom : part.atoms) {
      if (const auto* blocks = std::get_if<Blocks>(&atom.node)) return blocks;
    }
  }
  return nullptr;
}

bool NamesError(const Expect& expect, const std::string& error) {
  return std::any_of(expect.parts.begin(), expect.parts.end(), [&](const Alts& part) {
    return !AllAtoms(part, [&](const Atom& atom) {
      const std::string* named = ErrorOf(atom);
      return named == nullptr || *named != error;
    });
  });
}

bool GivesNoValue(const Expect& expect) {
  if (expect.parts.size() != 1 || expect.parts[0].negated) return false;
  return AllAtoms(expect.parts[0], [](const Atom& atom) {
    return std::holds_alternative<Eof>(atom.node) || std::holds_alternative<Blocks>(atom.node) ||
           ErrorOf(atom) != nullptr;
  });
}

bool AcceptsError(const Expect& expect, const std::vector<std::string>& errors) {
  if (expect.parts.size() != 1 || expect.parts[0].negated) return false;
  return !AllAtoms(expect.parts[0], [&](const Atom& atom) {
    const std::string* error = ErrorOf(atom);
    return error == nullptr || std::find(errors.begin(), errors.end(), *error) == errors.end();
  });
}

}  // namespace balcony::script
