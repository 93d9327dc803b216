#include <utility>

#include "controller/script/grammar.h"

namespace balcony::script {
namespace {

bool AtPrompt(const Cursor& cursor) {
  if (cursor.At("*")) return true;
  return cursor.At(TokenKind::kName) && (cursor.AtAhead(1, ">") || cursor.AtAhead(1, "["));
}

// (NAME [index] | "*") ">"
std::optional<Prompt> ParsePrompt(Cursor& cursor) {
  if (!AtPrompt(cursor)) return std::nullopt;
  const size_t start = cursor.position();
  Prompt prompt;
  prompt.host = cursor.Take().raw;
  if (prompt.host != "*" && cursor.At("[")) prompt.index = ParseIndex(cursor);
  prompt.span = cursor.SpanSince(start);
  cursor.Expect(">", "> behind the host");
  prompt.text = cursor.TextSince(start);
  return prompt;
}

bool AtTarget(const Cursor& cursor) {
  return (cursor.At(TokenKind::kName) || cursor.At("_")) &&
         (cursor.AtAhead(1, ",") || cursor.AtAhead(1, "="));
}

// target {"," target} "="
void ParseTargets(Cursor& cursor, Step& step) {
  do {
    const Token target = cursor.At("_") ? cursor.Take() : cursor.ExpectOwnName("a name");
    step.targets.emplace_back(target.raw);
    step.target_spans.push_back(target.span);
  } while (cursor.Accept(","));
  cursor.Expect("=");
}

// [target {"," target} "="] call ["&"] [expect]
Step ParseStep(Cursor& cursor) {
  const size_t start = cursor.position();
  Step step;
  if (AtTarget(cursor)) ParseTargets(cursor, step);
  step.call = ParseCall(cursor);
  step.background = cursor.Accept("&");
  step.text = cursor.TextSince(start);
  if (cursor.Accept("=>")) step.expect = ParseExpect(cursor);
  return step;
}

// "wait" NAME [expect]
Wait ParseWait(Cursor& cursor) {
  const size_t start = cursor.position();
  cursor.Take();
  Wait wait;
  const Token name = cursor.ExpectOwnName("the name of a call in the background");
  wait.name = name.raw;
  wait.name_span = name.span;
  wait.text = cursor.TextSince(start);
  if (cursor.Accept("=>")) wait.expect = ParseExpect(cursor);
  return wait;
}

// "{" [stmt {NL stmt}] "}"
Body ParseBlock(Cursor& cursor) {
  const Token opened = cursor.Peek();
  cursor.Expect("{", "a { and its block");
  if (cursor.failed()) return {};
  Body body = ParseBody(cursor);
  if (cursor.At(TokenKind::kEnd))
    cursor.Fail(opened.span, "this { is never closed", "put a } behind its block");
  else
    cursor.Expect("}");
  return body;
}

// "for" NAME "in" sum [".." sum] block
For ParseFor(Cursor& cursor) {
  For loop;
  cursor.Take();
  const Token name = cursor.ExpectOwnName("a name");
  loop.name = name.raw;
  loop.name_span = name.span;
  cursor.Expect("in");
  loop.from = ParseSum(cursor);
  if (cursor.Accept("..")) loop.to = ParseSum(cursor);
  loop.body = ParseBlock(cursor);
  return loop;
}

// "while" [prompt] step block
While ParseWhile(Cursor& cursor) {
  While loop;
  cursor.Take();
  loop.prompt = ParsePrompt(cursor);
  const size_t start = cursor.position();
  loop.step = std::make_unique<Step>(ParseStep(cursor));
  loop.step_span = cursor.SpanSince(start);
  loop.body = ParseBlock(cursor);
  return loop;
}

// "repeat" sum block
Repeat ParseRepeat(Cursor& cursor) {
  Repeat loop;
  cursor.Take();
  loop.count = ParseSum(cursor);
  loop.body = ParseBlock(cursor);
  return loop;
}

Parallel ParseParallel(Cursor& cursor) {
  cursor.Take();
  return {ParseBlock(cursor)};
}

// A name of a variable may be a word of the notation as far as the parser is concerned: `wait =
// f()` is told from `wait f`.
bool AtKeyword(const Cursor& cursor, std::string_view keyword) {
  return cursor.At(keyword) && !cursor.AtAhead(1, "=") && !cursor.AtAhead(1, ",") &&
         !cursor.AtAhead(1, ".") && !cursor.AtAhead(1, "(");
}

decltype(Statement::node) ParseAct(Cursor& cursor) {
  if (cursor.At("{")) return Block{ParseBlock(cursor)};
  if (AtKeyword(cursor, "repeat")) return ParseRepeat(cursor);
  if (AtKeyword(cursor, "for")) return ParseFor(cursor);
  if (AtKeyword(cursor, "while")) return ParseWhile(cursor);
  if (AtKeyword(cursor, "parallel")) return ParseParallel(cursor);
  if (AtKeyword(cursor, "wait")) return ParseWait(cursor);
  return ParseStep(cursor);
}

void RefuseDeclaration(Cursor& cursor) {
  if (!AtDeclaration(cursor)) return;
  cursor.Fail(cursor.Peek().span, "a declaration stands before the first step, not here",
              "move it up, out of any block");
}

}  // namespace

std::optional<Statement> ParseStatement(Cursor& cursor) {
  const size_t start = cursor.Begin();
  const Cursor::Nesting nesting(cursor);
  Statement statement;
  RefuseDeclaration(cursor);
  statement.prompt = ParsePrompt(cursor);
  statement.node = ParseAct(cursor);
  if (cursor.At("within"))
    cursor.Fail(cursor.Peek().span, "within stands behind a pattern", "write => _ within ...");
  if (!cursor.At(TokenKind::kNewline) && !cursor.At(TokenKind::kEnd) && !cursor.At("}"))
    cursor.FailExpected("the end of the line", cursor.At("=") || cursor.At("-")
                                                   ? "what is expected stands behind =>"
                                                   : "");
  statement.span = cursor.SpanSince(start);
  if (!cursor.failed()) return statement;
  if (!cursor.Recover(start)) return std::nullopt;
  ParseBody(cursor);  // what the broken statement governs may be wrong too
  cursor.Accept("}");
  return std::nullopt;
}

Body ParseBody(Cursor& cursor) {
  Body body;
  for (;;) {
    cursor.SkipNewlines();
    if (cursor.GivesUp() || cursor.failed() || cursor.At("}") || cursor.At(TokenKind::kEnd))
      return body;
    if (std::optional<Statement> statement = ParseStatement(cursor))
      body.push_back(std::move(*statement));
  }
}

}  // namespace balcony::script
