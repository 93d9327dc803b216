// A source text and the places in it.
// Shapes: lines and columns count from 1; columns are bytes, for an editor's "go to" and for the
//         caret.
// Source: docs/language.md, "Errors in a file".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace balcony::script {

// Where something stands in a file. `length` bytes from there on, all on that line.
struct Span {
  int line = 0;  // 0 for what is wrong with the file, and stands nowhere in it
  int column = 0;
  int length = 0;
};

// What is wrong with a file, and what to do.
struct Diagnostic {
  Span span;
  std::string message;  // "unknown host julliet"
  std::string remedy;   // "did you mean juliet?"; may be empty
};

inline constexpr size_t kMaxDiagnostics = 20;  // of one pass over a file; more would not help

// Reads "tcp.md:7:1: unknown host julliet; did you mean juliet?", then the line, then a caret under
// the place. A line over 100 bytes is shown around the place; bytes that are not printable are
// shown as escapes. What stands in no line has no line shown. Ends with a newline.
std::string Render(std::string_view file_name, std::string_view text, const Diagnostic& diagnostic);

// The candidate that is most like `name`, or empty if none is near (edit distance over a third of
// its length).
std::string Nearest(std::string_view name, const std::vector<std::string>& candidates);

// "did you mean juliet?" for the nearest candidate, or empty.
std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates);

// How many bytes the UTF-8 character at `at` has; 0 if it is not UTF-8.
size_t CharacterLength(std::string_view text, size_t at);

}  // namespace balcony::script
