#include "controller/inventory/yaml_text.h"

#include <yaml-cpp/depthguard.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace balcony::inventory {
namespace {

constexpr std::string_view kPlainInYaml =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _@%+=./:~-";

bool IsPlain(std::string_view text) {
  return !text.empty() && absl::ascii_isalnum(static_cast<unsigned char>(text.front())) &&
         text.find_first_not_of(kPlainInYaml) == std::string_view::npos && !text.ends_with(':') &&
         !text.ends_with(' ') && text.find(": ") == std::string_view::npos &&
         !absl::EqualsIgnoreCase(std::string(text), "null");
}

// JSON writes what is beyond 16 bits as two surrogates, which YAML does not know: a sign for each.
std::string WithoutSurrogates(std::string text) {
  for (size_t at = text.find("\\u"); at != std::string::npos; at = text.find("\\u", at + 2)) {
    if (at + 5 >= text.size() ||
        absl::ascii_tolower(static_cast<unsigned char>(text[at + 2])) != 'd')
      continue;
    if (std::string_view("89abcdefABCDEF").find(text[at + 3]) == std::string_view::npos) continue;
    text.replace(at + 2, 4, "FFFD");
  }
  return text;
}

}  // namespace

absl::StatusOr<Reading> WithYaml(
    const Document& document,
    const std::function<absl::StatusOr<Reading>(const YAML::Node& root)>& read) {
  try {
    return read(YAML::Load(WithoutSurrogates(document.text)));
  } catch (const YAML::DeepRecursion& error) {
    return WrongAt(document, std::max(error.mark.line, 0) + 1,
                   "its parts are in each other too deep");
  } catch (const YAML::Exception& error) {
    return WrongAt(document, std::max(error.mark.line, 0) + 1, Shown(error.msg));
  }
}

int LineOf(const YAML::Node& node) { return std::max(node.Mark().line, 0) + 1; }

std::string YamlScalar(std::string_view text) {
  if (IsPlain(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') quoted.push_back('\\');
      quoted.push_back(c);
    }
  }
  return quoted + '"';
}

}  // namespace balcony::inventory
