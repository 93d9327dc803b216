#include "controller/inventory/ansible_ini.h"

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "controller/inventory/ansible.h"
#include "controller/inventory/groups.h"
#include "controller/inventory/login_line.h"

namespace balcony::inventory {
namespace {

// A Python text in quotes is what is in them; all else is as it stands.
std::string Unquoted(std::string_view value) {
  const bool quoted = value.size() >= 2 && (value.front() == '\'' || value.front() == '"') &&
                      value.back() == value.front();
  if (!quoted) return std::string(value);
  const std::string_view inner = value.substr(1, value.size() - 2);
  return std::string(inner.find(value.front()) == std::string_view::npos ? inner : value);
}

class IniReader {
 public:
  IniReader(const Document& document, Groups& groups) : document_(document), groups_(groups) {}

  absl::Status Read() {
    absl::Status read = groups_.Declare(group_, 1);
    for (const std::string_view whole : LinesOf(document_.text)) {
      ++line_;
      const std::string_view line = Trimmed(whole);
      if (line.empty() || line.starts_with('#') || line.starts_with(';')) continue;
      if (!read.ok()) break;
      read = ReadLine(line);
    }
    return read;
  }

 private:
  enum class Section { kHosts, kChildren, kVariables };

  absl::Status ReadLine(std::string_view line) {
    const std::string_view head = Trimmed(line.substr(0, line.find('#')));
    if (head.starts_with('[') && head.ends_with(']') && IsSection(head)) return Open(head);
    switch (section_) {
      case Section::kHosts:
        return ReadHosts(line);
      case Section::kChildren:
        return groups_.AddChild(group_, std::string(head), line_);
      case Section::kVariables:
        return ReadVariable(line);
    }
    return absl::InternalError("no such section");
  }

  // [2001:db8::1] is a host.
  static bool IsSection(std::string_view head) {
    const std::string_view inner = head.substr(1, head.size() - 2);
    return inner.find(':') == inner.rfind(':');
  }

  absl::Status Open(std::string_view head) {
    const std::string_view inner = head.substr(1, head.size() - 2);
    const size_t colon = inner.find(':');
    group_ = inner.substr(0, colon);
    if (group_.empty() || group_.find_first_of(" \t[]") != std::string::npos) {
      return Wrong(absl::StrCat(Shown(head), " names no group"));
    }
    section_ = Section::kHosts;
    if (colon == std::string_view::npos) return groups_.Declare(group_, line_);
    const std::string_view kind = inner.substr(colon + 1);
    if (kind == "hosts") return groups_.Declare(group_, line_);
    if (kind == "children") {
      section_ = Section::kChildren;
      return groups_.Declare(group_, line_);
    }
    if (kind != "vars") return Wrong(absl::StrCat(Shown(head), " is neither :children nor :vars"));
    section_ = Section::kVariables;
    groups_.VariablesOf(group_, line_);
    return absl::OkStatus();
  }

  absl::Status ReadHosts(std::string_view line) {
    absl::StatusOr<std::vector<std::string>> words = ShellWords(line);
    if (!words.ok()) return Wrong(std::string(words.status().message()));
    if (words->empty()) return absl::OkStatus();
    const std::string& pattern = words->front();
    if (pattern.empty() || pattern.ends_with(':') || pattern.find('=') != std::string::npos) {
      return Wrong(absl::StrCat(Shown(pattern), " names no host"));
    }
    Variables variables;
    for (size_t i = 1; i < words->size(); ++i) {
      const std::string& word = (*words)[i];
      const size_t equals = word.find('=');
      if (equals == std::string::npos) {
        return Wrong(absl::StrCat(Shown(word), " is no variable, NAME=VALUE"));
      }
      Set(variables, word.substr(0, equals), {Unquoted(word.substr(equals + 1)), line_, ""});
    }
    return groups_.AddHosts(group_, pattern, line_, variables);
  }

  absl::Status ReadVariable(std::string_view line) {
    const size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return Wrong(absl::StrCat(Shown(line), " is no variable, NAME=VALUE"));
    }
    Set(groups_.VariablesOf(group_, line_), std::string(Trimmed(line.substr(0, equals))),
        {Unquoted(Trimmed(line.substr(equals + 1))), line_, ""});
    return absl::OkStatus();
  }

  absl::Status Wrong(const std::string& why) const {
    return WrongAt(document_, line_, absl::StrCat("as an Ansible inventory: ", why));
  }

  const Document& document_;
  Groups& groups_;
  Section section_ = Section::kHosts;
  std::string group_ = "ungrouped";
  int line_ = 0;
};

}  // namespace

absl::StatusOr<Reading> ReadAnsibleIni(const Document& document, const Chooser& chooser) {
  Groups groups(document);
  if (absl::Status read = IniReader(document, groups).Read(); !read.ok()) return read;
  return ReadGroups(document, groups, chooser);
}

}  // namespace balcony::inventory
