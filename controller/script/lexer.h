// From a script's text to its tokens.
// Shapes: pure, one pass. A newline before `=>` is dropped: such a line continues the one before.
// Errors: at most one a line; what could not be read is a kBad token.
// Source: docs/language.md, "The grammar".
#pragma once

#include <vector>

#include "controller/script/markdown.h"
#include "controller/script/token.h"

namespace balcony::script {

// The tokens point into `piece`, and end with a kEnd.
std::vector<Token> Tokens(const Piece& piece, std::vector<Diagnostic>& diagnostics);

}  // namespace balcony::script
