#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "controller/script/grammar.h"

namespace balcony::script {
namespace {

bool AtUnit(const Cursor& cursor) {
  static constexpr std::array kUnits = {"bytes", "packets", "sockets", "lines"};
  return std::any_of(kUnits.begin(), kUnits.end(),
                     [&](const char* unit) { return cursor.At(unit); });
}

std::string ParseUnit(Cursor& cursor) {
  return AtUnit(cursor) ? std::string(cursor.Take().raw) : std::string();
}

// psum [".." psum] [UNIT]
Range ParseRange(Cursor& cursor) {
  Range range = {ParseSum(cursor, Parentheses::kNot), nullptr, {}};
  if (cursor.Accept("..")) range.to = ParseSum(cursor, Parentheses::kNot);
  range.unit = ParseUnit(cursor);
  return range;
}

// Regular expressions are on bytes, so a text that is not UTF-8 is searched too.
Regex ParseRegex(Cursor& cursor) {
  const Token token = cursor.Take();
  Regex regex = {std::string(token.raw.substr(1, token.raw.size() - 2))};
  RE2::Options options(RE2::Latin1);
  options.set_log_errors(false);
  const RE2 compiled(regex.expression, options);
  if (!compiled.ok())
    cursor.Report(token.span, "this is no regular expression: " + compiled.error(),
                  "the syntax is RE2's");
  return regex;
}

Words ParseWords(Cursor& cursor) {
  Words words;
  while (cursor.At(TokenKind::kWord)) words.names.emplace_back(cursor.Take().raw);
  return words;
}

Tuple ParseTuple(Cursor& cursor) {
  Tuple tuple;
  const Token opened = cursor.Open();
  do tuple.parts.push_back(ParseAlts(cursor));
  while (cursor.Accept(","));
  cursor.Close(opened);
  return tuple;
}

Blocks ParseBlocks(Cursor& cursor) {
  Blocks blocks;
  cursor.Take();
  if (cursor.Accept("for")) blocks.watched = ParseDuration(cursor);
  return blocks;
}

decltype(Atom::node) ParseAddressAtom(Cursor& cursor) {
  Address address = {ParseAddress(cursor)};
  if (cursor.At(":")) return ParsePort(cursor, std::move(address));
  return address;
}

decltype(Atom::node) ParseWildcardAtom(Cursor& cursor) {
  cursor.Take();
  return ParsePort(cursor, Wildcard{});
}

// A value, or an endpoint if its host turns out to be one.
decltype(Atom::node) ParseRangeAtom(Cursor& cursor) {
  Range range = ParseRange(cursor);
  auto* ref = std::get_if<Ref>(&range.from->node);
  if (ref == nullptr || range.to != nullptr || !range.unit.empty() || !cursor.At(":")) return range;
  return ParsePort(cursor, std::move(*ref));
}

Compare ParseCompare(Cursor& cursor) {
  Compare compare;
  compare.op = cursor.Take().raw;
  compare.value = ParseSum(cursor, Parentheses::kNot);
  compare.unit = ParseUnit(cursor);
  return compare;
}

bool AtCompare(const Cursor& cursor) {
  return cursor.At("<") || cursor.At("<=") || cursor.At(">") || cursor.At(">=");
}

decltype(Atom::node) ParseAtomNode(Cursor& cursor) {
  if (cursor.Accept("_")) return Any{};
  if (cursor.Accept("none")) return None{};
  if (cursor.Accept("eof")) return Eof{};
  if (cursor.At("blocks")) return ParseBlocks(cursor);
  if (cursor.At("{")) return ParseRecord(cursor);
  if (cursor.At("[")) return ParseList(cursor);
  if (cursor.At("(")) return ParseTuple(cursor);
  if (cursor.At("*")) return ParseWildcardAtom(cursor);
  if (cursor.At(TokenKind::kRegex)) return ParseRegex(cursor);
  if (cursor.At(TokenKind::kAddress)) return ParseAddressAtom(cursor);
  if (cursor.At(TokenKind::kWord) && cursor.Peek(1).kind == TokenKind::kWord)
    return ParseWords(cursor);
  if (AtCompare(cursor)) return ParseCompare(cursor);
  return ParseRangeAtom(cursor);
}

Atom ParseAtom(Cursor& cursor) {
  const size_t start = cursor.position();
  Atom atom = {ParseAtomNode(cursor), {}};
  atom.span = cursor.SpanSince(start);
  return atom;
}

// (A | B) is what is inside.
void AddAtom(Alts& alts, Atom atom) {
  auto* tuple = std::get_if<Tuple>(&atom.node);
  if (tuple == nullptr || tuple->parts.size() != 1 || tuple->parts[0].negated) {
    alts.atoms.push_back(std::move(atom));
    return;
  }
  std::vector<Atom> inside = std::move(tuple->parts[0].atoms);
  std::move(inside.begin(), inside.end(), std::back_inserter(alts.atoms));
}

// (NAME | WORD) ":" alts
Field ParseField(Cursor& cursor) {
  const Token name = cursor.At(TokenKind::kWord)  // some counters have such names: TW
                         ? cursor.Take()
                         : cursor.Expect(TokenKind::kName, "a field's name");
  cursor.Expect(":");
  Field field = {std::string(name.raw), nullptr, name.span};
  field.value = std::make_unique<Alts>(ParseAlts(cursor));
  return field;
}

}  // namespace

// [cmp] NUM [".." NUM] UNIT, and all that a value can be
Atom ParseQuantity(Cursor& cursor) {
  const size_t start = cursor.position();
  Atom atom;
  if (AtCompare(cursor))
    atom.node = ParseCompare(cursor);
  else
    atom.node = ParseRange(cursor);
  atom.span = cursor.SpanSince(start);
  return atom;
}

// ["not"] atom {"|" atom}
Alts ParseAlts(Cursor& cursor) {
  const Cursor::Nesting nesting(cursor);
  const size_t start = cursor.position();
  Alts alts;
  alts.negated = cursor.Accept("not");
  do AddAtom(alts, ParseAtom(cursor));
  while (cursor.Accept("|"));
  alts.span = cursor.SpanSince(start);
  return alts;
}

// "{" NAME ":" alts {"," NAME ":" alts} "}"
Record ParseRecord(Cursor& cursor) {
  Record record;
  cursor.Expect("{");
  do {
    cursor.SkipNewlines();
    record.fields.push_back(ParseField(cursor));
  } while (cursor.Accept(","));
  cursor.SkipNewlines();
  cursor.Expect("}", ", or }");
  return record;
}

// "within" QTY [".." QTY]
std::optional<Timing> ParseTiming(Cursor& cursor) {
  const size_t start = cursor.position();
  if (!cursor.Accept("within")) return std::nullopt;
  Timing timing;
  timing.latest = ParseDuration(cursor);
  if (!cursor.Accept("..")) return timing;
  timing.earliest = timing.latest;
  timing.latest = ParseDuration(cursor);
  if (!cursor.failed() && timing.earliest > timing.latest)
    cursor.Report(cursor.SpanSince(start), "no time is in this range",
                  "its end comes before its beginning");
  return timing;
}

// alts {"," alts} [time], behind the "=>"
Expect ParseExpect(Cursor& cursor) {
  const size_t start = cursor.position();
  Expect expect;
  do expect.parts.push_back(ParseAlts(cursor));
  while (cursor.Accept(","));
  expect.timing = ParseTiming(cursor);
  expect.text = cursor.TextSince(start);
  expect.span = cursor.SpanSince(start);
  return expect;
}

}  // namespace balcony::script
