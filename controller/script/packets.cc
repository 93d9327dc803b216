#include <utility>

#include "controller/script/grammar.h"

namespace balcony::script {
namespace {

// A packet and a value begin alike; ends are short, so looking ahead for the ">" is cheap.
bool AtPacket(const Cursor& cursor) {
  constexpr size_t kMaxEnd = 32;
  for (size_t ahead = 0; ahead < kMaxEnd; ++ahead) {
    const Token& token = cursor.Peek(ahead);
    if (cursor.AtAhead(ahead, ">")) return ahead > 0;
    const bool part = token.kind == TokenKind::kName || token.kind == TokenKind::kNumber ||
                      token.kind == TokenKind::kAddress || cursor.AtAhead(ahead, ".") ||
                      cursor.AtAhead(ahead, "..") || cursor.AtAhead(ahead, ":") ||
                      cursor.AtAhead(ahead, "*") || cursor.AtAhead(ahead, "[") ||
                      cursor.AtAhead(ahead, "]");
    if (!part) return false;
  }
  return false;
}

// ref | endpoint | ADDR | "*"
PacketEnd ParseEnd(Cursor& cursor) {
  std::variant<Ref, Address, Wildcard> host = Wildcard{};
  if (cursor.At(TokenKind::kAddress))
    host = Address{ParseAddress(cursor)};
  else if (!cursor.Accept("*"))
    host = ParseRef(cursor);
  if (cursor.At(":")) return {ParsePort(cursor, std::move(host))};
  return std::visit([](auto& node) { return PacketEnd{std::move(node)}; }, host);
}

bool AtPayload(const Cursor& cursor) {
  if (cursor.At("within")) return false;
  return cursor.At(TokenKind::kText) || cursor.At(TokenKind::kRegex) ||
         cursor.At(TokenKind::kName) || cursor.At(TokenKind::kNumber) || cursor.At("<") ||
         cursor.At("<=") || cursor.At(">") || cursor.At(">=");
}

std::unique_ptr<Alts> ParsePayload(Cursor& cursor) {
  if (cursor.At(TokenKind::kRegex)) return std::make_unique<Alts>(ParseAlts(cursor));
  auto payload = std::make_unique<Alts>();
  payload->atoms.push_back(ParseQuantity(cursor));
  payload->span = payload->atoms.back().span;
  return payload;
}

// end ">" end WORD {WORD} [STR | REGEX | ref | [cmp] NUM [".." NUM] UNIT] [record] [time]
Packet ParsePacket(Cursor& cursor) {
  Packet packet;
  packet.from = ParseEnd(cursor);
  cursor.Expect(">");
  packet.to = ParseEnd(cursor);
  packet.flags.emplace_back(
      cursor.Expect(TokenKind::kWord, "what it carries, for example SYN").raw);
  while (cursor.At(TokenKind::kWord)) packet.flags.emplace_back(cursor.Take().raw);
  if (AtPayload(cursor)) packet.payload = ParsePayload(cursor);
  if (cursor.At("{")) packet.fields = ParseRecord(cursor);
  packet.timing = ParseTiming(cursor);
  return packet;
}

}  // namespace

// "[" [elem {(","|NL) elem}] "]"
List ParseList(Cursor& cursor) {
  List list;
  const Token opened = cursor.Peek();
  cursor.Expect("[");
  cursor.SkipNewlines();
  while (!cursor.failed() && !cursor.Accept("]")) {
    if (cursor.Accept("..."))
      list.elements.emplace_back(Ellipsis{});
    else if (AtPacket(cursor))
      list.elements.emplace_back(ParsePacket(cursor));
    else
      list.elements.emplace_back(std::make_unique<Alts>(ParseAlts(cursor)));
    const bool separated = cursor.Accept(",") || cursor.At(TokenKind::kNewline);
    cursor.SkipNewlines();
    if (cursor.At(TokenKind::kEnd))
      cursor.Fail(opened.span, "this [ is never closed", "put a ] behind the list");
    if (!separated && !cursor.At("]")) cursor.FailExpected(", or ]");
  }
  return list;
}

}  // namespace balcony::script
