#include "controller/script/lexer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "controller/script/address.h"

namespace balcony::script {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsNameCharacter(char c) { return IsDigit(c) || IsLower(c) || IsUpper(c) || c == '_'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

constexpr size_t kMaxName = 64;
constexpr size_t kMaxDigits = 18;  // all such numbers are in an int64
constexpr std::array<std::string_view, 25> kSymbols = {
    "...", "=>", "<=", ">=", "..", "(", ")", "{", "}", "[", "]", "<", ">",
    ".",   ",",  ":",  "=",  "+",  "-", "*", "|", "&", "_", "%", "!"};

class Lexer {
 public:
  Lexer(const Piece& piece, std::vector<Diagnostic>& diagnostics)
      : piece_(piece), text_(piece.text), diagnostics_(diagnostics) {}

  std::vector<Token> Run() {
    while (SkipBlanks(), at_ < text_.size()) Next();
    Add(TokenKind::kEnd, 0);
    return std::move(tokens_);
  }

 private:
  char Look(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  // How many characters from `from` on are of a kind.
  template <typename Predicate>
  size_t Run(size_t from, Predicate predicate) const {
    size_t end = at_ + from;
    while (end < text_.size() && predicate(text_[end])) ++end;
    return end - at_ - from;
  }

  void SkipBlanks() {
    for (;; ++at_) {
      if (Look() == '#') at_ += Run(0, [](char c) { return c != '\n'; });
      if (at_ >= text_.size() || (Look() != ' ' && Look() != '\t')) return;
      spaced_ = true;
    }
  }

  void Next() {
    if (Look() == '\n') return Newline();
    if (Look() == '"') return ReadText();
    if (Look() == '/') return ReadRegex();
    if (ReadIpv6()) return;
    if (IsDigit(Look())) return ReadNumber();
    if (IsLower(Look()) || IsUpper(Look()) || (Look() == '_' && IsNameCharacter(Look(1))))
      return ReadName();
    ReadSymbol();
  }

  void Newline() {
    if (!tokens_.empty() && tokens_.back().kind != TokenKind::kNewline)
      Add(TokenKind::kNewline, 1);
    else
      ++at_;
    line_begin_ = at_;
    ++line_;
    spaced_ = true;
    reported_ = false;
  }

  void ReadText() {
    size_t end = 1;
    for (; Look(end) != '"'; ++end) {
      if (at_ + end >= text_.size() || Look(end) == '\n')
        return Bad(0, end, "this text is never closed", "put a \" behind it");
      if (Look(end) != '\\') continue;
      const bool hex = Look(end + 1) == 'x' && IsHex(Look(end + 2)) && IsHex(Look(end + 3));
      if (!hex && std::string_view("nrt\"\\").find(Look(end + 1)) == std::string_view::npos)
        Report(end, 2, "unknown escape in a text", R"(known are \n \r \t \" \\ and \xHH)"),
            bad_ = true;
      if (Look(end + 1) != '\n' && at_ + end + 1 < text_.size()) ++end;
    }
    Add(bad_ ? TokenKind::kBad : TokenKind::kText, end + 1);
  }

  void ReadRegex() {
    size_t end = 1;
    for (; Look(end) != '/'; ++end) {
      if (Look(end) == '\\' && Look(end + 1) != '\n') ++end;
      if (at_ + end >= text_.size() || Look(end) == '\n')
        return Bad(0, std::min(end, text_.size() - at_), "this regular expression is never closed",
                   "put a / behind it");
    }
    Add(TokenKind::kRegex, end + 1);
  }

  // [fd00::1], [fe80::1%eth0], fd00::1/64: told from an endpoint and from an index by its two
  // colons.
  bool ReadIpv6() {
    const size_t open = Look() == '[' ? 1 : 0;
    const size_t run = Run(open, [](char c) { return IsHex(c) || c == ':' || c == '.'; });
    const std::string_view body = text_.substr(at_ + open, run);
    if (std::count(body.begin(), body.end(), ':') < 2) return false;
    size_t end = open + run;
    if (open == 1) {
      if (Look(end) == '%')
        end += 1 + Run(end + 1, [](char c) { return IsNameCharacter(c) || c == '-'; });
      if (Look(end) != ']') return false;
      ++end;
    } else if (IsNameCharacter(Look(end))) {
      return false;
    }
    AddAddress(end, open == 0, IsIpv6(body));
    return true;
  }

  void AddAddress(size_t length, bool bare_ipv6, bool valid) {
    const std::string raw(text_.substr(at_, length));
    const bool prefix = Look(length) == '/' && IsDigit(Look(length + 1));
    if (prefix) length += 1 + Run(length + 1, IsDigit);
    if (!valid)
      return Bad(0, length, raw + " is no address",
                 raw.find(':') == std::string::npos
                     ? "it is four numbers of 0 to 255, such as 10.10.0.1"
                     : "one of IPv6 is like [fd00::1]");
    if (bare_ipv6 && !prefix)
      return Bad(0, length, "an IPv6 address stands in brackets", "write [" + raw + "]");
    Add(prefix ? TokenKind::kPrefix : TokenKind::kAddress, length);
  }

  // 4000, 200ms, 5.5%, 10.10.0.100, 10.10.0.100/24; but 1..16 is three tokens.
  void ReadNumber() {
    size_t length = Run(0, IsDigit);
    int dots = 0;
    for (; Look(length) == '.' && IsDigit(Look(length + 1)); ++dots)
      length += 1 + Run(length + 1, IsDigit);
    const size_t unit = Look(length) == '%' ? 1 : Run(length, IsNameCharacter);
    if (dots >= 2)
      return AddAddress(length + unit, false, unit == 0 && IsIpv4(text_.substr(at_, length)));
    if (length > kMaxDigits)
      return Bad(0, length, "this number is too large", "it may have 18 digits");
    Add(unit + static_cast<size_t>(dots) > 0 ? TokenKind::kQuantity : TokenKind::kNumber,
        length + unit);
  }

  void ReadName() {
    size_t length = Run(0, IsNameCharacter);
    while (Look(length) == '-' && IsNameCharacter(Look(length + 1)))
      length += 1 + Run(length + 1, IsNameCharacter);
    const std::string_view name = text_.substr(at_, length);
    const bool lower = std::any_of(name.begin(), name.end(), IsLower);
    const bool upper = std::any_of(name.begin(), name.end(), IsUpper);
    if (!lower && !upper) return Bad(0, length, "a name has a letter", "");
    if (length > kMaxName)
      return Bad(0, length, "this name is too long", "64 characters are the most");
    Add(lower ? TokenKind::kName : TokenKind::kWord, length);
  }

  void ReadSymbol() {
    for (const std::string_view symbol : kSymbols) {
      if (!text_.substr(at_).starts_with(symbol)) continue;
      if (symbol == "=>" && !tokens_.empty() && tokens_.back().kind == TokenKind::kNewline)
        tokens_.pop_back();
      return Add(TokenKind::kSymbol, symbol.size());
    }
    BadCharacter();
  }

  void BadCharacter() {
    const size_t length = std::max<size_t>(1, CharacterLength(text_, at_));
    const std::string_view character = text_.substr(at_, length);
    if (character == "\u201c" || character == "\u201d" || character == "\u201e" || character == "'")
      return Bad(0, length, "text stands in straight double quotes", "write \"...\"");
    if (character == "\u00a0")
      return Bad(0, length, "this is a no-break space", "write a plain one");
    Bad(0, length, "this character has no meaning here", "");
  }

  Span SpanAt(size_t ahead, size_t length) const {
    const size_t margin =
        line_ < piece_.margins.size() ? static_cast<size_t>(piece_.margins[line_]) : 0;
    return {piece_.first_line + static_cast<int>(line_),
            static_cast<int>(at_ + ahead - line_begin_ + margin + 1), static_cast<int>(length)};
  }

  void Add(TokenKind kind, size_t length) {
    tokens_.push_back({kind, text_.substr(at_, length), SpanAt(0, length), spaced_});
    at_ += length;
    spaced_ = false;
    bad_ = false;
  }

  void Report(size_t ahead, size_t length, std::string message, std::string remedy) {
    if (!reported_)
      diagnostics_.push_back({SpanAt(ahead, length), std::move(message), std::move(remedy)});
    reported_ = true;
  }

  void Bad(size_t ahead, size_t length, std::string message, std::string remedy) {
    Report(ahead, length, std::move(message), std::move(remedy));
    Add(TokenKind::kBad, length);
  }

  const Piece& piece_;
  const std::string_view text_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Token> tokens_;
  size_t at_ = 0;
  size_t line_ = 0;
  size_t line_begin_ = 0;
  bool spaced_ = false;    // white space was skipped since the last token
  bool reported_ = false;  // this line's first error was
  bool bad_ = false;       // the text at hand has an unknown escape
};

}  // namespace

std::vector<Token> Tokens(const Piece& piece, std::vector<Diagnostic>& diagnostics) {
  return Lexer(piece, diagnostics).Run();
}

}  // namespace balcony::script
