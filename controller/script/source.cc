#include "controller/script/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>

namespace balcony::script {
namespace {

constexpr size_t kShown = 100;      // characters of a line that are shown
constexpr size_t kBefore = 40;      // of them before the place, in a longer line
constexpr size_t kNearestMax = 80;  // a longer name is like none
constexpr std::string_view kMargin = "    ";

std::string_view LineOf(std::string_view text, int line) {
  size_t begin = 0;
  for (int i = 1; i < line; ++i) {
    const size_t newline = text.find('\n', begin);
    if (newline == std::string_view::npos) return {};
    begin = newline + 1;
  }
  std::string_view rest = text.substr(begin);
  rest = rest.substr(0, rest.find('\n'));
  return rest.ends_with('\r') ? rest.substr(0, rest.size() - 1) : rest;
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// One character of a line as a terminal may show it, and how many cells it takes.
struct Cell {
  std::string shown;
  size_t bytes = 1;
};

Cell CellAt(std::string_view line, size_t at) {
  const auto byte = static_cast<unsigned char>(line[at]);
  if (byte == '\t') return {" ", 1};
  const size_t length = CharacterLength(line, at);
  // U+0080 to U+009F are control characters too.
  const bool control =
      byte < 0x20 || byte == 0x7F || (length == 2 && byte == 0xC2 && line[at + 1] < '\xA0');
  if (length != 0 && !control) return {std::string(line.substr(at, length)), length};
  std::array<char, 5> escape{};
  std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(byte));
  return {escape.data(), 1};
}

size_t CellsOf(const Cell& cell) { return cell.shown.size() == 4 && cell.bytes == 1 ? 4 : 1; }

// The part [begin, end) of a line that is shown.
std::pair<size_t, size_t> Window(std::string_view line, size_t place) {
  if (line.size() <= kShown) return {0, line.size()};
  size_t begin = place > kBefore ? place - kBefore : 0;
  begin = std::min(begin, line.size() - kShown);
  size_t end = begin + kShown;
  while (begin > 0 && IsContinuation(line[begin])) --begin;
  while (end < line.size() && IsContinuation(line[end])) ++end;
  return {begin, end};
}

std::string Excerpt(std::string_view line, const Span& span) {
  const size_t place = std::min(static_cast<size_t>(std::max(span.column - 1, 0)), line.size());
  const size_t place_end = place + static_cast<size_t>(std::max(span.length, 1));
  const auto [begin, end] = Window(line, place);
  std::string shown(begin > 0 ? "..." : "");
  std::string caret(shown.size(), ' ');
  for (size_t at = begin; at < end;) {
    const Cell cell = CellAt(line, at);
    shown += cell.shown;
    const bool before = at + cell.bytes <= place;
    const bool inside = !before && at < place_end;
    if (before || inside) caret.append(CellsOf(cell), before ? ' ' : '~');
    at += cell.bytes;
  }
  if (end < line.size()) shown += "...";
  const size_t mark = caret.find('~');
  if (mark == std::string::npos)
    caret += '^';
  else
    caret[mark] = '^';
  return std::string(kMargin) + shown + "\n" + std::string(kMargin) + caret + "\n";
}

std::string Said(const Diagnostic& diagnostic) {
  return diagnostic.message + (diagnostic.remedy.empty() ? "" : "; " + diagnostic.remedy);
}

// How many insertions, deletions, replacements and swaps of neighbours make one name the other;
// case does not count.
size_t Distance(std::string_view a, std::string_view b) {
  const auto same = [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  };
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1,
                             cost[i - 1][j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1)});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1]))
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

size_t CharacterLength(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(text[i]));
  };
  const uint32_t first = byte(at);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  uint32_t code = first & (0x7FU >> length);
  for (size_t i = at + 1; i < at + length; ++i) {
    if (!IsContinuation(text[i])) return 0;
    code = code << 6 | (byte(i) & 0x3F);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

std::string Render(std::string_view file_name, std::string_view text,
                   const Diagnostic& diagnostic) {
  std::string shown(file_name);
  if (diagnostic.span.line == 0) return shown + ": " + Said(diagnostic) + "\n";
  shown += ":" + std::to_string(diagnostic.span.line) + ":" +
           std::to_string(diagnostic.span.column) + ": " + Said(diagnostic);
  return shown + "\n" + Excerpt(LineOf(text, diagnostic.span.line), diagnostic.span);
}

std::string Nearest(std::string_view name, const std::vector<std::string>& candidates) {
  if (name.size() > kNearestMax) return {};
  std::string nearest;
  size_t least = name.size() < 3 ? 0 : std::max<size_t>(1, name.size() / 3);
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kNearestMax) continue;
    const size_t distance = Distance(name, candidate);
    if (distance > least || (distance == least && !nearest.empty())) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string nearest = Nearest(name, candidates);
  return nearest.empty() ? nearest : "did you mean " + nearest + "?";
}

}  // namespace balcony::script
