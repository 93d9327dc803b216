#include "controller/script/parser.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "controller/script/grammar.h"
#include "controller/script/lexer.h"
#include "controller/script/markdown.h"

namespace balcony::script {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Every line ends in \n, and there is no byte order mark.
std::string Normal(std::string text) {
  if (text.starts_with(kByteOrderMark)) text.erase(0, kByteOrderMark.size());
  std::string normal;
  normal.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      normal += text[i];
    else if (i + 1 >= text.size() || text[i + 1] != '\n')
      normal += '\n';
  }
  return normal;
}

Span SpanOf(std::string_view text, size_t at) {
  const std::string_view before = text.substr(0, at);
  const size_t newline = before.rfind('\n');
  const size_t column = newline == std::string_view::npos ? at : at - newline - 1;
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(column) + 1, 1};
}

// Whether these bytes are text at all.
bool IsText(std::string_view text, std::vector<Diagnostic>& diagnostics) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = CharacterLength(text, at);
    if (length == 0 || text[at] == '\0') {
      diagnostics.push_back(
          {SpanOf(text, at), "this is no text", "an experiment is a file in UTF-8"});
      return false;
    }
    at += length;
  }
  return true;
}

Document ReadDocument(const std::string& name, const std::string& text,
                      std::vector<Diagnostic>& diagnostics) {
  if (name.ends_with(".balcony")) return AllScript(text);
  std::vector<Diagnostic> found;
  Document document = ReadMarkdown(text, found);
  if (name == "-" && document.pieces.empty() && text.find("```balcony") == std::string::npos)
    return AllScript(text);
  if (document.pieces.empty() && found.empty())
    found.push_back({{1, 1, 1},
                     "this Markdown file has no script",
                     "a script's block begins with a line ```balcony and ends with a line ```"});
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
  return document;
}

// "hosst romeo", "romeo sock": two names in a row are a misspelt declaration, or a host without its
// >.
void RefuseTwoNames(Cursor& cursor, const Script& script) {
  const bool two = cursor.At(TokenKind::kName) && cursor.Peek(1).kind == TokenKind::kName;
  if (!two || IsReserved(cursor.Peek().raw) || AtDeclaration(cursor)) return;
  const std::string word(cursor.Peek().raw);
  for (const Declaration& declaration : script.declarations) {
    const auto* host = std::get_if<HostDecl>(&declaration.node);
    if (host != nullptr && host->name == word)
      return cursor.Fail(cursor.Peek(1).span,
                         "expected > behind the host, found " + Describe(cursor.Peek(1)),
                         "write " + word + "> " + std::string(cursor.Peek(1).raw));
  }
  std::string remedy = DidYouMean(word, {"host", "router", "link", "sysctl", "set", "timeout",
                                         "needs", "repeat", "for", "while", "parallel", "wait"});
  if (remedy.empty())
    remedy = "a step begins with its host, for example juliet> sock = socket(tcp)";
  cursor.Fail(cursor.Peek().span, "unknown declaration " + word, std::move(remedy));
}

void ParseItem(Cursor& cursor, Script& script) {
  if (cursor.At("}")) {
    cursor.Report(cursor.Peek().span, "this } closes nothing", "take it away");
    cursor.Take();
    return;
  }
  if (script.statements.empty() && AtDeclaration(cursor)) {
    if (auto declaration = ParseDeclaration(cursor))
      script.declarations.push_back(std::move(*declaration));
    return;
  }
  RefuseTwoNames(cursor, script);
  if (auto statement = ParseStatement(cursor)) script.statements.push_back(std::move(*statement));
}

void ParsePiece(const Piece& piece, Script& script, std::vector<Diagnostic>& diagnostics) {
  const std::vector<Token> tokens = Tokens(piece, diagnostics);
  std::vector<Diagnostic> found;  // apart, so that the lexer's do not stop the parser
  Cursor cursor(tokens, found);
  for (cursor.SkipNewlines(); !cursor.At(TokenKind::kEnd) && !cursor.GivesUp();
       cursor.SkipNewlines())
    ParseItem(cursor, script);
  diagnostics.insert(diagnostics.end(), found.begin(), found.end());
}

void SortAndCut(std::vector<Diagnostic>& diagnostics, size_t first) {
  const auto begin = diagnostics.begin() + static_cast<std::ptrdiff_t>(first);
  std::stable_sort(begin, diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.span.line, a.span.column) < std::pair(b.span.line, b.span.column);
  });
  if (diagnostics.size() - first > kMaxDiagnostics) diagnostics.resize(first + kMaxDiagnostics);
}

}  // namespace

Script Parse(std::string name, std::string text, std::vector<Diagnostic>& diagnostics) {
  Script script;
  script.name = std::move(name);
  if (text.size() > kMaxFileBytes) {
    diagnostics.push_back({{1, 1, 1}, "this file is too large", "4 MiB are the most"});
    return script;
  }
  script.text = Normal(std::move(text));
  const size_t first = diagnostics.size();
  if (!IsText(script.text, diagnostics)) return script;
  Document document = ReadDocument(script.name, script.text, diagnostics);
  script.texts = std::move(document.texts);
  for (const Piece& piece : document.pieces) ParsePiece(piece, script, diagnostics);
  const bool empty = script.declarations.empty() && script.statements.empty();
  if (empty && diagnostics.size() == first)
    diagnostics.push_back(
        {{1, 1, 1}, "this file has no step", "the notation is in docs/language.md"});
  SortAndCut(diagnostics, first);
  return script;
}

}  // namespace balcony::script
