#include <algorithm>
#include <charconv>
#include <utility>

#include "controller/script/address.h"
#include "controller/script/grammar.h"

namespace balcony::script {
namespace {

template <typename Node>
ExprPtr Make(Node node, const Span& span) {
  return std::make_unique<Expr>(Expr{std::move(node), span});
}

// path { "." NAME }, or a call.
ExprPtr ParseName(Cursor& cursor) {
  const size_t start = cursor.position();
  const bool calls = cursor.AtAhead(1, "(") || (cursor.AtAhead(1, ".") && cursor.AtAhead(3, "("));
  if (calls) {
    Call call = ParseCall(cursor);
    return Make(std::move(call), cursor.SpanSince(start));
  }
  Ref ref = ParseRef(cursor);
  return Make(std::move(ref), cursor.SpanSince(start));
}

ExprPtr ParseValue(Cursor& cursor, Parentheses parentheses) {
  const Token& token = cursor.Peek();
  if (cursor.At("true") || cursor.At("false")) {
    const Token flag = cursor.Take();
    return Make(Number{flag.raw == "true" ? 1 : 0}, flag.span);
  }
  if (token.kind == TokenKind::kName) return ParseName(cursor);
  if (parentheses == Parentheses::kAllowed && cursor.At("(")) {
    const Token opened = cursor.Open();
    ExprPtr inner = ParseSum(cursor);
    cursor.Close(opened);
    return inner;
  }
  const Token taken = token;
  switch (taken.kind) {
    case TokenKind::kNumber:
      cursor.Take();
      return Make(Number{NumberOf(taken)}, taken.span);
    case TokenKind::kQuantity:
      cursor.Take();
      return Make(QuantityOf(taken), taken.span);
    case TokenKind::kText:
      cursor.Take();
      return Make(Text{Unescape(taken.raw)}, taken.span);
    case TokenKind::kWord:
      cursor.Take();
      return Make(Word{std::string(taken.raw)}, taken.span);
    default:
      cursor.FailExpected("a value");
      return Make(Number{}, taken.span);
  }
}

// Operators of one strength, from the left.
template <typename Operand>
ExprPtr ParseChain(Cursor& cursor, std::string_view operators, Operand operand) {
  const size_t start = cursor.position();
  ExprPtr left = operand();
  for (;;) {
    const char op = cursor.At(TokenKind::kSymbol) && cursor.Peek().raw.size() == 1
                        ? cursor.Peek().raw[0]
                        : '\0';
    if (op == '\0' || operators.find(op) == std::string_view::npos) return left;
    cursor.CountOperator();
    cursor.Take();
    ExprPtr right = operand();
    left = Make(Binary{op, std::move(left), std::move(right)}, cursor.SpanSince(start));
  }
}

// [NAME "="] (sum | endpoint | ADDR | record)
Arg ParseArg(Cursor& cursor) {
  const size_t start = cursor.position();
  Arg arg;
  if (cursor.At(TokenKind::kName) && cursor.AtAhead(1, "=")) {
    arg.name = cursor.Take().raw;
    cursor.Take();
  }
  const size_t value = cursor.position();
  if (cursor.At(TokenKind::kAddress)) {
    Address address = {ParseAddress(cursor)};
    if (cursor.At(":"))
      arg.value = Make(ParsePort(cursor, std::move(address)), cursor.SpanSince(value));
    else
      arg.value = Make(std::move(address), cursor.SpanSince(value));
  } else if (cursor.At("{")) {
    Record record = ParseRecord(cursor);
    arg.value = Make(std::move(record), cursor.SpanSince(value));
  } else if (cursor.Accept("*")) {
    Endpoint endpoint = ParsePort(cursor, Wildcard{});
    arg.value = Make(std::move(endpoint), cursor.SpanSince(value));
  } else {
    arg.value = ParseSum(cursor);
    if (auto* ref = std::get_if<Ref>(&arg.value->node); ref != nullptr && cursor.At(":")) {
      Endpoint endpoint = ParsePort(cursor, std::move(*ref));
      arg.value = Make(std::move(endpoint), cursor.SpanSince(value));
    }
  }
  arg.span = cursor.SpanSince(start);
  return arg;
}

// ("10.10.0.101", 4000), as in Python.
bool AtPair(const Cursor& cursor) {
  const TokenKind kind = cursor.Peek(1).kind;
  return cursor.At("(") && cursor.AtAhead(2, ",") &&
         (kind == TokenKind::kText || kind == TokenKind::kName || kind == TokenKind::kAddress);
}

// REQUIRES: AtPair.
void FailPair(Cursor& cursor, const Call& call) {
  std::string host = Describe(cursor.Peek(1));
  if (host.starts_with('"')) host = host.substr(1, host.size() - 2);
  if (host.empty()) host = "0.0.0.0";
  if (IsIpv6(host)) host = "[" + host + "]";
  const Token& port = cursor.Peek(3);
  const bool known = port.kind == TokenKind::kNumber || port.kind == TokenKind::kName;
  cursor.Fail(cursor.Peek().span, "an address and its port are one argument, and no pair",
              "write " + call.function + "(" + (call.args.empty() ? "" : "..., ") + host + ":" +
                  (known ? Describe(port) : "4000") + ")");
}

ExprPtr ParseIndexNumber(Cursor& cursor) {
  const Token token = cursor.Peek();
  if (cursor.At(TokenKind::kName)) {
    cursor.Take();
    return Make(Ref{{std::string(token.raw)}, {}}, token.span);
  }
  cursor.Expect(TokenKind::kNumber, "a number or a parameter");
  return Make(Number{NumberOf(token)}, token.span);
}

}  // namespace

ExprPtr ParseSum(Cursor& cursor, Parentheses parentheses) {
  const Cursor::Nesting nesting(cursor);
  const auto value = [&] { return ParseValue(cursor, parentheses); };
  return ParseChain(cursor, "+-", [&] { return ParseChain(cursor, "*", value); });
}

// NAME ["." NAME] "(" [arg {"," arg}] ")"
Call ParseCall(Cursor& cursor) {
  const Cursor::Nesting nesting(cursor);
  Call call;
  Token name = cursor.Expect(TokenKind::kName, "a call");
  if (cursor.Accept(".")) {
    call.receiver = name.raw;
    call.receiver_span = name.span;
    name = cursor.Expect(TokenKind::kName, "the name of a call");
  }
  call.function = name.raw;
  call.function_span = name.span;
  if (cursor.At(".") && !call.receiver.empty())
    cursor.Fail(call.receiver_span, "a call has one name before its dot, that of a socket",
                "a host stands in the prompt: " + call.receiver + "> " + call.function + "." +
                    std::string(cursor.Peek(1).raw) + "(...)");
  const Token opened = cursor.Open();
  if (!cursor.failed() && !cursor.At(")")) {
    do {
      if (AtPair(cursor)) FailPair(cursor, call);
      call.args.push_back(ParseArg(cursor));
    } while (cursor.Accept(","));
  }
  cursor.Close(opened);
  return call;
}

// NAME [index] {"." NAME}
Ref ParseRef(Cursor& cursor) {
  Ref ref;
  ref.path.emplace_back(cursor.Expect(TokenKind::kName, "a name").raw);
  if (cursor.At("[") && !cursor.Peek().spaced) ref.index = ParseIndex(cursor);
  while (cursor.Accept(".")) ref.path.emplace_back(cursor.Expect(TokenKind::kName, "a name").raw);
  return ref;
}

// "[" ("*" | num [".." num]) "]"
Index ParseIndex(Cursor& cursor) {
  Index index;
  cursor.Expect("[");
  if (cursor.Accept("*")) {
    index.all = true;
  } else {
    index.from = ParseIndexNumber(cursor);
    if (cursor.Accept("..")) index.to = ParseIndexNumber(cursor);
  }
  cursor.Expect("]");
  return index;
}

// In its canonical form, as the kernel's answers are written; a zone stays as it is.
std::string ParseAddress(Cursor& cursor) {
  std::string literal(cursor.Expect(TokenKind::kAddress, "an address").raw);
  if (literal.starts_with('[')) literal = literal.substr(1, literal.size() - 2);
  const size_t zone = std::min(literal.find('%'), literal.size());
  const auto bytes = AddressBytes(literal);
  return bytes ? AddressText(*bytes) + literal.substr(zone) : literal;
}

// ":" (NUM [".." NUM] | "*" | path)
Endpoint ParsePort(Cursor& cursor, std::variant<Ref, Address, Wildcard> host) {
  Endpoint endpoint = {std::move(host), Wildcard{}};
  cursor.Expect(":", ": and a port");
  if (cursor.Accept("*")) return endpoint;
  const Token token = cursor.Peek();
  if (token.kind == TokenKind::kName) {
    Ref ref = ParseRef(cursor);
    endpoint.port = PortRange{Make(std::move(ref), token.span), nullptr};
    return endpoint;
  }
  cursor.Expect(TokenKind::kNumber, "a port");
  PortRange range = {Make(Number{NumberOf(token)}, token.span), nullptr};
  if (cursor.Accept("..")) {
    const Token to = cursor.Expect(TokenKind::kNumber, "a port");
    range.to = Make(Number{NumberOf(to)}, to.span);
  }
  endpoint.port = std::move(range);
  return endpoint;
}

absl::Duration ParseDuration(Cursor& cursor) {
  const Token token = cursor.Expect(TokenKind::kQuantity, "a duration such as 200ms");
  const Quantity quantity = QuantityOf(token);
  if (quantity.unit == "us") return absl::Microseconds(quantity.value);
  if (quantity.unit == "ms") return absl::Milliseconds(quantity.value);
  if (quantity.unit == "s") return absl::Seconds(quantity.value);
  if (quantity.unit == "min") return absl::Minutes(quantity.value);
  cursor.Fail(token.span, Describe(token) + " is no duration",
              "write it in us, ms, s or min, for example 200ms");
  return absl::ZeroDuration();
}

int64_t NumberOf(const Token& token) {
  int64_t value = 0;
  std::from_chars(token.raw.data(), token.raw.data() + token.raw.size(), value);
  return value;
}

Quantity QuantityOf(const Token& token) {
  Quantity quantity;
  const char* end = token.raw.data() + token.raw.size();
  const auto [rest, error] =
      std::from_chars(token.raw.data(), end, quantity.value, std::chars_format::fixed);
  if (error == std::errc()) quantity.unit = std::string(rest, end);
  return quantity;
}

}  // namespace balcony::script
