// What of a file is script: all of it, or the fenced blocks of its Markdown.
// Shapes: pure. Each piece is balanced in itself; pieces in the file's order are one script.
// Errors: a fence that is never closed, a file without a script, a value's name that is none or is
//         there twice.
// Source: CommonMark, read by cmark.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "controller/script/source.h"

namespace balcony::script {

// A part of a file that is script.
struct Piece {
  std::string text;
  int first_line = 1;
  std::vector<int> margins;  // by line: how many bytes of the file's line stand before the script's
};

// The file's pieces and its `text NAME` blocks.
struct Document {
  std::vector<Piece> pieces;
  std::map<std::string, std::vector<std::string>> texts;
};

// A whole text that is script only.
Document AllScript(std::string text);

// Whether a Markdown text has a block of script, or one that looks as if it should be.
bool HasScript(std::string_view text);

// The fenced blocks of a Markdown text whose lines end in \n.
Document ReadMarkdown(std::string_view text, std::vector<Diagnostic>& diagnostics);

}  // namespace balcony::script
