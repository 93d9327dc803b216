// The words of a script, and where they stand.
// Shapes: `raw` is the source as written and points into the script's text, which outlives its
//         tokens.
// Source: docs/language.md, "The grammar".
#pragma once

#include <string>
#include <string_view>

#include "controller/script/source.h"

namespace balcony::script {

enum class TokenKind {
  kEnd,       // of the file, or of a fenced block
  kNewline,   // one for any number of them
  kName,      // juliet, tcp-server: with a lower-case letter
  kWord,      // ECONNREFUSED, TIME-WAIT: all capitals
  kNumber,    // 4000
  kQuantity,  // 200ms, 5%, and 5.10 without a unit
  kText,      // "..."
  kRegex,     // /.../
  kAddress,   // 10.10.0.100, [fd00::1]
  kPrefix,    // 10.10.0.100/24, fd00::1/64
  kSymbol,    // => ( ) and so on, and _
  kBad,       // reported already
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view raw;
  Span span;
  bool spaced = false;  // white space or a comment stands before it
};

// A token for a message: "the end of the line", or as it is written.
std::string Describe(const Token& token);

// The bytes of a text as it is written, "…" with escapes.
// REQUIRES: the lexer found nothing wrong with it.
std::string Unescape(std::string_view raw);

// Names that the notation keeps for itself.
bool IsReserved(std::string_view name);

}  // namespace balcony::script
