#include "controller/script/token.h"

#include <algorithm>
#include <array>

namespace balcony::script {
namespace {

constexpr size_t kDescribed = 40;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return (c | 0x20) - 'a' + 10;
}

}  // namespace

std::string Describe(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "the end";
  if (token.kind == TokenKind::kNewline) return "the end of the line";
  if (token.raw.size() <= kDescribed) return std::string(token.raw);
  size_t end = kDescribed;
  while (end > 0 && (static_cast<unsigned char>(token.raw[end]) & 0xC0) == 0x80) --end;
  return std::string(token.raw.substr(0, end)) + "...";
}

std::string Unescape(std::string_view raw) {
  const std::string_view body = raw.substr(1, raw.size() - 2);
  std::string bytes;
  bytes.reserve(body.size());
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\') {
      bytes += body[i];
      continue;
    }
    switch (body[++i]) {
      case 'n':
        bytes += '\n';
        break;
      case 'r':
        bytes += '\r';
        break;
      case 't':
        bytes += '\t';
        break;
      case 'x':
        bytes += static_cast<char>(HexDigit(body[i + 1]) * 16 + HexDigit(body[i + 2]));
        i += 2;
        break;
      default:
        bytes += body[i];
    }
  }
  return bytes;
}

bool IsReserved(std::string_view name) {
  static constexpr std::array kReserved = {
      "blocks",   "eof",    "false", "for",  "in",   "localhost", "none",  "not",
      "parallel", "repeat", "self",  "true", "wait", "wire",      "while", "within"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace balcony::script
