// The grammar's rules, a function each, by recursive descent.
// Shapes: each reads its rule from the cursor; if the cursor fails, what it returns has the right
//         shape and no meaning.
// Source: docs/language.md, "The grammar".
#pragma once

#include <optional>

#include "controller/script/ast.h"
#include "controller/script/cursor.h"

namespace balcony::script {

// ---- expressions.cc
// --------------------------------------------------------------------------------------------

// Patterns have no parentheses for arithmetic: there they are tuples.
enum class Parentheses { kAllowed, kNot };

ExprPtr ParseSum(Cursor& cursor, Parentheses parentheses = Parentheses::kAllowed);
Call ParseCall(Cursor& cursor);
Ref ParseRef(Cursor& cursor);
Index ParseIndex(Cursor& cursor);
std::string ParseAddress(Cursor& cursor);
// The ":" of an endpoint and its port, behind its host.
Endpoint ParsePort(Cursor& cursor, std::variant<Ref, Address, Wildcard> host);
// A duration such as 200ms; units us, ms, s and min.
absl::Duration ParseDuration(Cursor& cursor);
int64_t NumberOf(const Token& token);
Quantity QuantityOf(const Token& token);

// ---- patterns.cc
// --------------------------------------------------------------------------------------------

Expect ParseExpect(Cursor& cursor);
Alts ParseAlts(Cursor& cursor);
Record ParseRecord(Cursor& cursor);
Atom ParseQuantity(Cursor& cursor);
std::optional<Timing> ParseTiming(Cursor& cursor);

// ---- packets.cc
// --------------------------------------------------------------------------------------------

List ParseList(Cursor& cursor);

// ---- statements.cc
// --------------------------------------------------------------------------------------------

// Statements up to the end, or to the } of a block; declarations are an error.
Body ParseBody(Cursor& cursor);
// One statement; nothing if it failed.
std::optional<Statement> ParseStatement(Cursor& cursor);

// ---- declarations.cc
// --------------------------------------------------------------------------------------------

// Whether a declaration begins here.
bool AtDeclaration(const Cursor& cursor);
std::optional<Declaration> ParseDeclaration(Cursor& cursor);

}  // namespace balcony::script
