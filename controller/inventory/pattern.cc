#include "controller/inventory/pattern.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "controller/inventory/document.h"
#include "controller/script/address.h"

namespace balcony::inventory {
namespace {

constexpr size_t kLongest = 255;   // of a pattern
constexpr size_t kMostRanges = 8;  // in one
constexpr int64_t kMostNumber = 1'000'000'000;
constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

absl::Status Wrong(std::string_view range, const std::string& why) {
  return absl::InvalidArgumentError(absl::StrCat("the range [", Shown(range), "] ", why));
}

bool IsNumber(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Takes ":2222" off, where what stands before it is no part of an IPv6 address.
std::string TakePort(std::string_view& pattern) {
  const size_t colon = pattern.rfind(':');
  if (colon == std::string_view::npos || !IsNumber(pattern.substr(colon + 1))) return "";
  std::string_view host = pattern.substr(0, colon);
  int depth = 0;
  for (const char c : host) {
    depth += c == '[' ? 1 : c == ']' ? -1 : 0;
    if (c == ':' && depth == 0) return "";
  }
  if (depth != 0 || host.empty()) return "";
  const std::string port(pattern.substr(colon + 1));
  pattern = host;
  return port;
}

struct Range {
  int64_t from = 0, to = 0, step = 1;
  bool letters = false;
  size_t width = 0;  // with zeros in front; 0: without

  std::string At(int64_t i) const {
    if (letters) return std::string(1, kLetters[static_cast<size_t>(i)]);
    const std::string number = absl::StrCat(i);
    return std::string(width > number.size() ? width - number.size() : 0, '0') + number;
  }
};

absl::StatusOr<Range> ReadRange(std::string_view text) {
  const std::vector<std::string> bounds = absl::StrSplit(std::string(text), ':');
  if (bounds.size() != 2 && bounds.size() != 3)
    return Wrong(text, "is not FROM:TO or FROM:TO:STEP");
  Range range;
  const std::string from = bounds[0].empty() ? "0" : bounds[0];
  const std::string& to = bounds[1];
  range.letters = from.size() == 1 && to.size() == 1 && !IsNumber(from) && !IsNumber(to);
  if (range.letters) {
    range.from = static_cast<int64_t>(kLetters.find(from));
    range.to = static_cast<int64_t>(kLetters.find(to));
    if (range.from < 0 || range.to < 0) return Wrong(text, "is of neither numbers nor letters");
  } else {
    if (!IsNumber(from) || !IsNumber(to)) return Wrong(text, "is of neither numbers nor letters");
    if (!absl::SimpleAtoi(from, &range.from) || !absl::SimpleAtoi(to, &range.to) ||
        range.to > kMostNumber || range.from > kMostNumber) {
      return Wrong(text, "has too large a number");
    }
    if (from.front() == '0' && from.size() > 1) range.width = from.size();
    if (range.width != 0 && range.width != to.size()) return Wrong(text, "has ends of two lengths");
  }
  if (range.from > range.to) return Wrong(text, "ends before it begins");
  if (bounds.size() == 3 && (!IsNumber(bounds[2]) || !absl::SimpleAtoi(bounds[2], &range.step) ||
                             range.step < 1 || range.step > kMostNumber)) {
    return Wrong(text, "has no such step");
  }
  return range;
}

}  // namespace

absl::StatusOr<Pattern> Expand(std::string_view pattern, size_t most) {
  if (pattern.size() > kLongest) return absl::InvalidArgumentError("a name is too long");
  Pattern expanded;
  expanded.port = TakePort(pattern);
  if (pattern.starts_with('[') && pattern.ends_with(']')) {
    const std::string_view inner = pattern.substr(1, pattern.size() - 2);
    if (script::AddressBytes(inner)) pattern = inner;
  }
  expanded.hosts = {""};
  for (size_t ranges = 0;; ++ranges) {
    const size_t open = pattern.find('[');
    const size_t close = open == std::string_view::npos ? open : pattern.find(']', open);
    if (close == std::string_view::npos) break;
    if (ranges == kMostRanges) return absl::InvalidArgumentError("it has too many ranges");
    const std::string_view text = pattern.substr(open + 1, close - open - 1);
    const absl::StatusOr<Range> range = ReadRange(text);
    if (!range.ok()) return range.status();
    const auto count = static_cast<size_t>((range->to - range->from) / range->step + 1);
    if (count > most || count * expanded.hosts.size() > most) {
      return Wrong(text, absl::StrCat("makes over ", most, " hosts"));
    }
    std::vector<std::string> longer;
    for (const std::string& head : expanded.hosts) {
      for (int64_t i = range->from; i <= range->to; i += range->step) {
        longer.push_back(absl::StrCat(head, std::string(pattern.substr(0, open)), range->At(i)));
      }
    }
    expanded.hosts = std::move(longer);
    pattern.remove_prefix(close + 1);
  }
  for (std::string& host : expanded.hosts) host += pattern;
  return expanded;
}

}  // namespace balcony::inventory
