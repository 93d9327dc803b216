#include "controller/inventory/ansible_yaml.h"

#include <yaml-cpp/yaml.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "controller/inventory/ansible.h"
#include "controller/inventory/groups.h"
#include "controller/inventory/yaml_text.h"

namespace balcony::inventory {
namespace {

constexpr int kMostGroupDepth = 32;
constexpr int kMostSeen = 100'000;  // groups, hosts and variables; an alias is seen again

class YamlReader {
 public:
  YamlReader(const Document& document, Groups& groups) : document_(document), groups_(groups) {}

  absl::Status Read(const YAML::Node& root) {
    if (!root.IsMap()) return Wrong(root, "an Ansible inventory is a mapping of groups");
    for (const auto& group : root) {
      if (absl::Status read = ReadGroup(group.first, group.second, 0); !read.ok()) return read;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status ReadGroup(const YAML::Node& key, const YAML::Node& node, int depth) {
    if (absl::Status seen = See(key); !seen.ok()) return seen;
    if (depth > kMostGroupDepth) return Wrong(key, "its groups are in each other too deep");
    const std::string& name = key.Scalar();
    if (absl::Status made = groups_.Declare(name, LineOf(key)); !made.ok()) return made;
    if (node.IsNull()) return absl::OkStatus();
    if (!node.IsMap()) return Wrong(node, absl::StrCat("the group ", Shown(name), " is a mapping"));
    for (const auto& part : node) {
      if (absl::Status seen = See(part.first); !seen.ok()) return seen;
      const std::string& what = part.first.Scalar();
      if (part.second.IsNull() || (what != "hosts" && what != "vars" && what != "children")) {
        continue;
      }
      if (!part.second.IsMap()) {
        return Wrong(part.second, absl::StrCat(what, " of the group ", Shown(name),
                                               " is a mapping: a colon stands behind each name"));
      }
      if (absl::Status read = ReadPart(name, what, part.second, depth); !read.ok()) return read;
    }
    return absl::OkStatus();
  }

  absl::Status ReadPart(const std::string& group, const std::string& what, const YAML::Node& node,
                        int depth) {
    if (what == "vars") return ReadVariables(node, groups_.VariablesOf(group, LineOf(node)));
    for (const auto& member : node) {
      if (absl::Status seen = See(member.first); !seen.ok()) return seen;
      const std::string& name = member.first.Scalar();
      const int line = LineOf(member.first);
      if (what == "children") {
        if (absl::Status put = groups_.AddChild(group, name, line); !put.ok()) return put;
        absl::Status read = ReadGroup(member.first, member.second, depth + 1);
        if (!read.ok()) return read;
        continue;
      }
      Variables variables;
      if (!member.second.IsNull()) {
        absl::Status read = ReadVariables(member.second, variables);
        if (!read.ok()) return read;
      }
      absl::Status put = groups_.AddHosts(group, name, line, variables);
      if (!put.ok()) return put;
    }
    return absl::OkStatus();
  }

  absl::Status ReadVariables(const YAML::Node& node, Variables& variables) {
    if (!node.IsMap()) return Wrong(node, "variables are a mapping, name: value");
    for (const auto& variable : node) {
      if (absl::Status seen = See(variable.first); !seen.ok()) return seen;
      const std::string& name = variable.first.Scalar();
      if (name == "<<") {
        return Wrong(variable.first,
                     "merged mappings (<<) are not read; ansible-inventory --list --yaml writes"
                     " them out");
      }
      Value value = {"", LineOf(variable.second), ""};
      if (variable.second.Tag() == "!vault") {
        value.trouble = "is encrypted";
      } else if (variable.second.IsScalar()) {
        value.text = variable.second.Scalar();
      } else if (!variable.second.IsNull()) {
        value.trouble = "is no text";
      }
      Set(variables, name, std::move(value));
    }
    return absl::OkStatus();
  }

  // Counts what is walked through, each of it a key.
  absl::Status See(const YAML::Node& key) {
    if (++seen_ > kMostSeen) return Wrong(key, "it has too much in it");
    if (!key.IsScalar() || key.Scalar().empty()) return Wrong(key, "a name is missing here");
    return absl::OkStatus();
  }

  absl::Status Wrong(const YAML::Node& node, const std::string& why) const {
    return WrongAt(document_, LineOf(node), why);
  }

  const Document& document_;
  Groups& groups_;
  int seen_ = 0;
};

}  // namespace

absl::StatusOr<Reading> ReadAnsibleYaml(const Document& document, const Chooser& chooser) {
  return WithYaml(document, [&](const YAML::Node& root) -> absl::StatusOr<Reading> {
    Groups groups(document);
    if (absl::Status read = YamlReader(document, groups).Read(root); !read.ok()) return read;
    return ReadGroups(document, groups, chooser);
  });
}

}  // namespace balcony::inventory
