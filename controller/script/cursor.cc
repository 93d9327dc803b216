#include "controller/script/cursor.h"

#include <algorithm>

namespace balcony::script {
namespace {

constexpr int kMaxDepth = 100;
constexpr int kMaxOperators = 200;

}  // namespace

Cursor::Nesting::Nesting(Cursor& cursor) : cursor_(cursor) {
  if (++cursor_.depth_ <= kMaxDepth || cursor_.failed_) return;
  cursor_.Fail(cursor_.Peek().span, "this is nested too deeply", "100 levels are the most");
  cursor_.gave_up_ = true;
}

bool Cursor::Is(const Token& token, std::string_view raw) {
  return (token.kind == TokenKind::kSymbol || token.kind == TokenKind::kName) && token.raw == raw;
}

const Token& Cursor::Peek(size_t ahead) const {
  static const Token kStuck = {TokenKind::kBad, {}, {}, false};
  if (failed_) return kStuck;
  size_t at = at_;
  for (;; ++at) {
    if (at + 1 >= tokens_.size()) return tokens_.back();
    if (parentheses_ > 0 && tokens_[at].kind == TokenKind::kNewline) continue;
    if (ahead-- == 0) return tokens_[at];
  }
}

Token Cursor::Take() {
  const Token token = Peek();
  if (failed_) return token;
  while (at_ + 1 < tokens_.size() && parentheses_ > 0 && tokens_[at_].kind == TokenKind::kNewline)
    ++at_;
  if (at_ + 1 < tokens_.size()) ++at_;
  return token;
}

bool Cursor::Accept(std::string_view symbol_or_name) {
  if (!At(symbol_or_name)) return false;
  Take();
  return true;
}

void Cursor::SkipNewlines() {
  while (At(TokenKind::kNewline)) Take();
}

void Cursor::Expect(std::string_view symbol_or_name, std::string_view what) {
  if (!Accept(symbol_or_name)) FailExpected(what.empty() ? symbol_or_name : what);
}

Token Cursor::Expect(TokenKind kind, std::string_view what) {
  if (!At(kind)) FailExpected(what);
  return Take();
}

Token Cursor::ExpectOwnName(std::string_view what) {
  const Token name = Expect(TokenKind::kName, what);
  if (!failed_ && IsReserved(name.raw))
    Fail(name.span, std::string(name.raw) + " is a word of the notation", "take another name");
  return name;
}

Token Cursor::Open() {
  const Token opened = Peek();
  Expect("(");
  if (!failed_ && ++parentheses_ == 1) opened_ = at_;
  return opened;
}

void Cursor::Close(const Token& opened) {
  if (failed_) return;
  const Token& found = Peek();
  if (!At(")")) {
    // A line that was left open is wrong where it begins, not where the next one does.
    if (found.span.line != opened.span.line && found.kind != TokenKind::kBad) {
      const auto ends = [](const Token& token) {
        return token.kind == TokenKind::kNewline || token.kind == TokenKind::kEnd;
      };
      for (left_open_ = opened_; !ends(tokens_[left_open_]);) ++left_open_;
      return Fail(opened.span, "this ( is never closed", "put a ) behind its arguments");
    }
    return FailExpected(", or )");
  }
  Take();
  --parentheses_;
}

void Cursor::CountOperator() {
  if (++operators_ > kMaxOperators)
    Fail(Peek().span, "this has too many operators", "200 in one statement are the most");
}

void Cursor::Fail(const Span& span, std::string message, std::string remedy) {
  if (!failed_) Report(span, std::move(message), std::move(remedy));
  failed_ = true;
}

void Cursor::FailExpected(std::string_view what, std::string remedy) {
  if (failed_) return;
  const Token& found = Peek();
  if (found.kind != TokenKind::kBad)
    Report(found.span, "expected " + std::string(what) + ", found " + Describe(found),
           std::move(remedy));
  failed_ = true;
}

void Cursor::Report(const Span& span, std::string message, std::string remedy) {
  if (!GivesUp()) diagnostics_.push_back({span, std::move(message), std::move(remedy)});
}

size_t Cursor::Begin() {
  operators_ = 0;
  return at_;
}

bool Cursor::Recover(size_t begin) {
  failed_ = false;
  parentheses_ = 0;
  if (left_open_ != 0) at_ = left_open_;
  left_open_ = 0;
  int open = 0;
  for (size_t i = begin; i < at_; ++i)
    open += Is(tokens_[i], "{") ? 1 : Is(tokens_[i], "}") ? -1 : 0;
  for (; !At(TokenKind::kNewline) && !At(TokenKind::kEnd); Take()) {
    if (At("{")) ++open;
    if (At("}") && --open < 0) return false;
  }
  return open > 0 && at_ > 0 && Is(tokens_[at_ - 1], "{");
}

bool Cursor::GivesUp() const { return gave_up_ || diagnostics_.size() >= kMaxDiagnostics; }

Span Cursor::SpanSince(size_t from) const {
  Span span = tokens_[from].span;
  size_t last = from;
  if (at_ > from && tokens_[at_ - 1].span.line == span.line)
    last = at_ - 1;
  else
    while (last + 1 < at_ && tokens_[last + 1].span.line == span.line) ++last;
  if (last > from && tokens_[last].kind == TokenKind::kNewline) --last;
  span.length = tokens_[last].span.column + tokens_[last].span.length - span.column;
  return span;
}

std::string Cursor::TextSince(size_t from) const {
  std::string text;
  for (size_t i = from; i < at_; ++i) {
    if (tokens_[i].kind == TokenKind::kNewline) continue;
    if (tokens_[i].spaced && !text.empty()) text += ' ';
    text += tokens_[i].raw;
  }
  return text;
}

}  // namespace balcony::script
