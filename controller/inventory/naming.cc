#include "controller/inventory/naming.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "controller/script/address.h"
#include "controller/script/token.h"

namespace balcony::inventory {
namespace {

constexpr size_t kMostLetters = 64;  // controller/script/lexer.cc
constexpr size_t kMostDigits = 9;    // of an index

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }
bool IsSmall(char c) { return absl::ascii_islower(static_cast<unsigned char>(c)); }
bool IsInNames(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// Whether all its characters may be there; "-" stands between others.
bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kMostLetters || IsDigit(name.front())) return false;
  for (size_t i = 0; i < name.size(); ++i) {
    if (IsInNames(name[i])) continue;
    if (name[i] != '-' || i == 0 || i + 1 == name.size() || !IsInNames(name[i + 1])) return false;
  }
  return !name.starts_with("_-") && std::any_of(name.begin(), name.end(), IsSmall) &&
         !script::IsReserved(name);
}

// What is left of a name, with _ for what cannot be in one.
std::string Letters(std::string_view named) {
  std::string name;
  for (const char c : named) {
    if (IsInNames(c)) {
      name.push_back(c);
    } else if (!name.ends_with('_') && !name.ends_with('-')) {
      name.push_back(c == '-' && !name.empty() ? '-' : '_');
    }
  }
  while (name.ends_with('_') || name.ends_with('-')) name.pop_back();
  return name;
}

}  // namespace

bool IsHostName(std::string_view name) {
  if (name.ends_with(']')) {
    const size_t bracket = std::min(name.find('['), name.size() - 1);
    const std::string_view index = name.substr(bracket + 1, name.size() - bracket - 2);
    if (index.empty() || index.size() > kMostDigits || index.front() == '0' ||
        !std::all_of(index.begin(), index.end(), IsDigit)) {
      return false;
    }
    name = name.substr(0, bracket);
  }
  return IsName(name);
}

std::optional<std::string> NameFor(const Found& found) {
  std::string_view named = found.named;
  if (named.empty() || script::AddressBytes(named)) return std::nullopt;
  if (found.is_domain) named = named.substr(0, named.find('.'));
  if (IsHostName(named)) return std::string(named);
  std::string name = Letters(named);
  if (name.empty() || !absl::ascii_isalpha(static_cast<unsigned char>(name.front()))) {
    name = absl::StrCat("host_", name);
  }
  name.resize(std::min(name.size(), kMostLetters));
  while (name.ends_with('-')) name.pop_back();
  if (!std::any_of(name.begin(), name.end(), IsSmall)) absl::AsciiStrToLower(&name);
  if (script::IsReserved(name)) name += '_';
  return name;
}

}  // namespace balcony::inventory
