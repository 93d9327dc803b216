#include "controller/inventory/kind.h"

#include <algorithm>
#include <string>

#include "controller/inventory/document.h"
#include "controller/inventory/ssh_lines.h"

namespace balcony::inventory {
namespace {

// The first line that is neither blank nor a comment, and the rest; both YAML and INI have #, and
// INI has ; too.
std::string_view Beginning(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = Trimmed(text.substr(0, end));
    if (!line.empty() && !line.starts_with('#') && !line.starts_with(';')) return text;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return text;
}

std::string_view FirstLine(std::string_view text) {
  return Trimmed(text.substr(0, text.find('\n')));
}

// "all:", "\"lab\": {…", "---"
bool IsYaml(std::string_view line) {
  if (line.starts_with("---") || line.starts_with("%YAML") || line.starts_with("- ")) return true;
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.find_first_of(" \t=[") < colon) return false;
  return colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\t';
}

// One of our keys, unless Ansible's words stand right below it: then it is a group of that name.
bool IsFleet(std::string_view text) {
  std::string_view line = FirstLine(text);
  if (line.starts_with("---")) {
    text = Beginning(text.substr(std::min(text.find('\n'), text.size())));
    line = FirstLine(text);
  }
  if (line.starts_with("tls: ")) return true;
  if (!text.starts_with("hosts:") && !text.starts_with("{hosts:") && !text.starts_with("tls:")) {
    return false;
  }
  const std::string_view below =
      FirstLine(Beginning(text.substr(std::min(text.find('\n'), text.size()))));
  return below != "hosts:" && below != "vars:" && below != "children:";
}

bool IsJson(std::string_view text) {
  if (text.starts_with('{')) return true;
  if (!text.starts_with('[')) return false;
  text = Trimmed(text.substr(1));
  return text.starts_with('{') || text.starts_with(']');
}

}  // namespace

size_t BeginsAt(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  return text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
}

Kind KindOf(std::string_view text) {
  text.remove_prefix(BeginsAt(text));
  if (text.starts_with("$ANSIBLE_VAULT")) return Kind::kVault;
  text = Beginning(text);
  const std::string_view line = FirstLine(text);
  if (line.empty()) return Kind::kEmpty;
  if (IsFleet(text)) return Kind::kFleet;
  if (line.starts_with('<')) return Kind::kXml;
  if (IsJson(Trimmed(text))) return Kind::kJson;
  if (IsSshLine(line)) return Kind::kSshLines;
  return IsYaml(line) ? Kind::kAnsibleYaml : Kind::kAnsibleIni;
}

}  // namespace balcony::inventory
