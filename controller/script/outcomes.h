// Which outcomes a pattern speaks of: errors, the end of a stream, blocking.
// Shapes: pure; pointers are into the pattern.
// Source: docs/language.md, "Patterns".
#pragma once

#include <string>
#include <vector>

#include "controller/script/ast.h"

namespace balcony::script {

// The error that an atom names, ECONNREFUSED or EAI_NONAME; null if it names none.
const std::string* ErrorOf(const Atom& atom);

// The pattern's `blocks`; null if it has none.
const Blocks* FindBlocks(const Expect& expect);

// Whether the pattern names this error, be it behind `not`.
bool NamesError(const Expect& expect, const std::string& error);

// Whether the pattern is met only by outcomes that are no value, so that nothing is named.
bool GivesNoValue(const Expect& expect);

// Whether one of these errors would do.
bool AcceptsError(const Expect& expect, const std::vector<std::string>& errors);

}  // namespace balcony::script
