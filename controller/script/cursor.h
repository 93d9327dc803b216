// A place in a script's tokens, from which the grammar's rules read.
// Shapes: after Fail the cursor is stuck: nothing is accepted any more, so every rule returns at
//         once, with something of the right shape, until Recover. So rules need no error paths of
//         their own.
// Errors: only the first of a statement is reported.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/script/token.h"

namespace balcony::script {

class Cursor {
 public:
  // Both are borrowed for the cursor's life.
  Cursor(const std::vector<Token>& tokens, std::vector<Diagnostic>& diagnostics)
      : tokens_(tokens), diagnostics_(diagnostics) {}
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // One level of what is nested; too many of them are an error and not a stack overflow.
  class Nesting {
   public:
    explicit Nesting(Cursor& cursor);
    ~Nesting() { --cursor_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Cursor& cursor_;
  };

  const Token& Peek(size_t ahead = 0) const;
  bool At(TokenKind kind) const { return Peek().kind == kind; }
  bool At(std::string_view symbol_or_name) const { return Is(Peek(), symbol_or_name); }
  bool AtAhead(size_t ahead, std::string_view symbol_or_name) const {
    return Is(Peek(ahead), symbol_or_name);
  }

  // The token here, and on to the next.
  Token Take();
  // Whether that stands here; if so, on to the next.
  bool Accept(std::string_view symbol_or_name);
  void SkipNewlines();

  // Fails if it does not stand here; `what` says what was expected, if more than the token itself.
  void Expect(std::string_view symbol_or_name, std::string_view what = {});
  Token Expect(TokenKind kind, std::string_view what);
  // A name that the notation does not keep for itself.
  Token ExpectOwnName(std::string_view what);

  // A pair of parentheses, within which newlines do not count.
  Token Open();
  void Close(const Token& opened);

  // An operator of a sum; too many in one statement are an error, so that no tree is too deep to
  // walk.
  void CountOperator();

  void Fail(const Span& span, std::string message, std::string remedy = {});
  void FailExpected(std::string_view what, std::string remedy = {});
  // Something is wrong, but reading goes on.
  void Report(const Span& span, std::string message, std::string remedy = {});
  bool failed() const { return failed_; }

  // A statement begins here.
  size_t Begin();
  // On to the end of the line at which it failed, or to the } of the block it is in. True if it
  // left a block open there.
  bool Recover(size_t begin);

  // True when so many errors were reported that more would not help.
  bool GivesUp() const;

  // What was read since `from`: where it stands (its first line), and the source with white space
  // folded.
  size_t position() const { return at_; }
  Span SpanSince(size_t from) const;
  std::string TextSince(size_t from) const;

 private:
  static bool Is(const Token& token, std::string_view raw);

  const std::vector<Token>& tokens_;
  std::vector<Diagnostic>& diagnostics_;
  size_t at_ = 0;
  int depth_ = 0;
  int parentheses_ = 0;
  size_t opened_ = 0;  // the first ( of those that are open
  int operators_ = 0;
  size_t left_open_ = 0;  // where the line ends whose ( is never closed; 0 if none is
  bool failed_ = false;
  bool gave_up_ = false;
};

}  // namespace balcony::script
