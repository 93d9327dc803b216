#include "controller/inventory/document.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "controller/script/source.h"

namespace balcony::inventory {
namespace {

constexpr size_t kMostShown = 80;   // bytes of someone's words
constexpr size_t kMostSaid = 4000;  // of all that is said of an error

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < ' ' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
}

std::string Cut(std::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (text[most] & '\xc0') == '\x80') --most;
  return absl::StrCat(std::string(text.substr(0, most)), "…");
}

}  // namespace

absl::Status WrongAt(const Document& document, int line, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat(document.name, ":", line, ": ", Printable(Cut(why, kMostSaid))));
}

absl::Status TooManyHosts(const Document& document, int line) {
  return WrongAt(document, line, absl::StrCat("it has over ", document.most_hosts, " hosts"));
}

absl::Status CheckText(const Document& document) {
  const std::string& text = document.text;
  if (text.size() > kMostBytes) return WrongAt(document, 1, "it is over a mebibyte");
  for (size_t at = 0; at < text.size();) {
    const size_t length = script::CharacterLength(text, at);
    if (length == 0 || IsControl(text[at])) {
      return WrongAt(document, LineAt(text, at), "it is no text; save it as UTF-8");
    }
    at += length;
  }
  return absl::OkStatus();
}

int LineAt(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
}

std::string Printable(std::string_view text) {
  std::string printable;
  for (size_t at = 0; at < text.size();) {
    const size_t length = script::CharacterLength(text, at);
    if (length == 0 || static_cast<unsigned char>(text[at]) < ' ' || IsControl(text[at])) {
      absl::StrAppendFormat(&printable, "\\x%02x", static_cast<unsigned char>(text[at]));
    } else {
      printable += text.substr(at, length);
    }
    at += std::max<size_t>(length, 1);
  }
  return printable;
}

std::string Shown(std::string_view text) { return Printable(Cut(text, kMostShown)); }

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    if (lines.back().ends_with('\r')) lines.back().remove_suffix(1);
    begin = end + 1;
  }
  return lines;
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t begin = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

}  // namespace balcony::inventory
