// From a file's bytes to its syntax tree.
// Shapes: pure. A name that ends in .balcony is script only; all else is Markdown whose fenced
//         blocks `balcony` and `text NAME` count (CommonMark, read by cmark); "-" is script if it
//         has no fenced block.
// Errors: all that are found, in the file's order, at most 20; the script then is what could be
//         read and must not be run.
// Source: docs/language.md, "The grammar".
#pragma once

#include <string>
#include <vector>

#include "controller/script/ast.h"

namespace balcony::script {

// A file may have so many bytes; a larger one is refused before it is read whole.
inline constexpr size_t kMaxFileBytes = 4 << 20;

Script Parse(std::string name, std::string text, std::vector<Diagnostic>& diagnostics);

}  // namespace balcony::script
