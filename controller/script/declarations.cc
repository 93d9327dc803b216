#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "controller/script/grammar.h"

namespace balcony::script {
namespace {

Prefix PrefixOf(const Token& token) {
  const size_t slash = token.raw.find('/');
  std::string_view address = token.raw.substr(0, slash);
  if (address.starts_with('[')) address = address.substr(1, address.size() - 2);
  Prefix prefix = {std::string(address), -1, token.span};
  if (slash == std::string_view::npos) return prefix;
  const std::string_view length = token.raw.substr(slash + 1);
  constexpr int kTooLong = 999;
  if (std::from_chars(length.data(), length.data() + length.size(), prefix.length).ec !=
      std::errc())
    prefix.length = kTooLong;
  return prefix;
}

bool AtPrefix(const Cursor& cursor) {
  return cursor.At(TokenKind::kPrefix) || cursor.At(TokenKind::kAddress);
}

ExprPtr NumberOrParameter(Cursor& cursor) {
  if (!cursor.At(TokenKind::kNumber) && !cursor.At(TokenKind::kName))
    cursor.FailExpected("a number or a parameter");
  return ParseSum(cursor, Parentheses::kNot);
}

// NAME ["[" num ".." num "]"] ["external"] {PREFIX}
HostDecl ParseHost(Cursor& cursor, bool router) {
  HostDecl host;
  host.router = router;
  host.name = cursor.ExpectOwnName("the host's name").raw;
  if (cursor.Accept("[")) {
    host.from = NumberOrParameter(cursor);
    cursor.Expect("..");
    host.to = NumberOrParameter(cursor);
    cursor.Expect("]");
  }
  host.external = !router && cursor.Accept("external");
  while (AtPrefix(cursor)) host.addresses.push_back(PrefixOf(cursor.Take()));
  if (!cursor.At(TokenKind::kNewline) && !cursor.At(TokenKind::kEnd))
    cursor.FailExpected(host.external ? "an address such as 192.0.2.9"
                                      : "an address such as 10.10.0.1/24");
  return host;
}

// NAME [PREFIX] {NAME (QTY|NUM)}+
LinkDecl ParseLink(Cursor& cursor) {
  LinkDecl link;
  link.host = cursor.Expect(TokenKind::kName, "the name of a host").raw;
  if (AtPrefix(cursor)) link.lan = PrefixOf(cursor.Take());
  do {
    std::string property(cursor.Expect(TokenKind::kName, "a property such as delay").raw);
    if (!cursor.At(TokenKind::kQuantity) && !cursor.At(TokenKind::kNumber))
      cursor.FailExpected("a quantity such as 100ms");
    link.properties.emplace_back(std::move(property), ParseSum(cursor, Parentheses::kNot));
  } while (cursor.At(TokenKind::kName));
  return link;
}

// NAME path "=" NUM
SysctlDecl ParseSysctl(Cursor& cursor) {
  SysctlDecl sysctl;
  sysctl.host = cursor.Expect(TokenKind::kName, "the name of a host").raw;
  sysctl.path = cursor.Expect(TokenKind::kName, "a path such as net.ipv4.tcp_ecn").raw;
  while (cursor.Accept("."))
    sysctl.path += "." + std::string(cursor.Expect(TokenKind::kName, "a name").raw);
  cursor.Expect("=");
  sysctl.value = NumberOf(cursor.Expect(TokenKind::kNumber, "a number"));
  return sysctl;
}

// NAME "=" sum
SetDecl ParseSet(Cursor& cursor) {
  SetDecl set;
  set.name = cursor.ExpectOwnName("the parameter's name").raw;
  cursor.Expect("=");
  set.value = ParseSum(cursor);
  return set;
}

// NAME [NUM|QTY|NAME]
NeedsDecl ParseNeeds(Cursor& cursor) {
  NeedsDecl needs;
  needs.name = cursor.Expect(TokenKind::kName, "what is needed, such as mtu 1500").raw;
  // A version is lexed as a quantity without a unit.
  const bool number = cursor.At(TokenKind::kNumber) || cursor.At(TokenKind::kQuantity);
  if (number || cursor.At(TokenKind::kName)) needs.argument = cursor.Take().raw;
  return needs;
}

decltype(Declaration::node) ParseDeclarationNode(Cursor& cursor) {
  const std::string word(cursor.Take().raw);
  if (word == "host" || word == "router") return ParseHost(cursor, word == "router");
  if (word == "link") return ParseLink(cursor);
  if (word == "sysctl") return ParseSysctl(cursor);
  if (word == "set") return ParseSet(cursor);
  if (word == "needs") return ParseNeeds(cursor);
  return TimeoutDecl{ParseDuration(cursor)};
}

}  // namespace

bool AtDeclaration(const Cursor& cursor) {
  static constexpr std::array kWords = {"host", "router",  "link", "sysctl",
                                        "set",  "timeout", "needs"};
  const TokenKind next = cursor.Peek(1).kind;
  const bool continues = cursor.Peek(1).kind == TokenKind::kSymbol;
  return next != TokenKind::kBad && !continues &&
         std::any_of(kWords.begin(), kWords.end(),
                     [&](const char* word) { return cursor.At(word); });
}

std::optional<Declaration> ParseDeclaration(Cursor& cursor) {
  const size_t start = cursor.Begin();
  Declaration declaration;
  declaration.span = cursor.Peek(cursor.Peek(1).kind == TokenKind::kName ? 1 : 0).span;
  declaration.node = ParseDeclarationNode(cursor);
  if (!cursor.At(TokenKind::kNewline) && !cursor.At(TokenKind::kEnd))
    cursor.FailExpected("the end of the line");
  if (!cursor.failed()) return declaration;
  cursor.Recover(start);
  return std::nullopt;
}

}  // namespace balcony::script
