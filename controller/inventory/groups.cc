#include "controller/inventory/groups.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controller/inventory/pattern.h"

namespace balcony::inventory {
namespace {

constexpr char kAll[] = "all";
constexpr char kPriority[] = "ansible_group_priority";
constexpr char kPort[] = "ansible_port";
constexpr size_t kMostGroups = 1000;
constexpr size_t kMostGroupsEach = 20;  // of each host, when there are most
constexpr size_t kMostOfValue = 4096;   // bytes
constexpr std::array<std::string_view, 18> kKept = {"ansible_host",
                                                    "ansible_ssh_host",
                                                    "ansible_port",
                                                    "ansible_ssh_port",
                                                    "ansible_user",
                                                    "ansible_ssh_user",
                                                    "ansible_connection",
                                                    "ansible_ssh_private_key_file",
                                                    "ansible_ssh_args",
                                                    "ansible_private_key_file",
                                                    "ansible_password",
                                                    "ansible_ssh_common_args",
                                                    "ansible_ssh_password",
                                                    "ansible_ssh_extra_args",
                                                    "ansible_ssh_pass",
                                                    "exp_ip",
                                                    "ip",
                                                    "access_ip"};

int64_t PriorityOf(const Variables& variables) {
  int64_t priority = 1;
  const auto said = variables.find(kPriority);
  if (said != variables.end() && !absl::SimpleAtoi(said->second.text, &priority)) return 1;
  return priority;
}

}  // namespace

void Set(Variables& variables, const std::string& name, Value value) {
  if (name != kPriority && std::find(kKept.begin(), kKept.end(), name) == kKept.end()) return;
  if (value.text.size() > kMostOfValue) {
    value.text.clear();
    value.trouble = "is too long";
  }
  variables[name] = std::move(value);
}

absl::Status Groups::Declare(const std::string& name, int line) {
  Group& group = groups_.try_emplace(name, Group{.line = line}).first->second;
  group.is_declared = true;
  if (groups_.size() <= kMostGroups) return absl::OkStatus();
  return WrongAt(document_, line, absl::StrCat("it has over ", kMostGroups, " groups"));
}

absl::Status Groups::AddChild(const std::string& group, const std::string& child, int line) {
  if (absl::Status declared = Declare(group, line); !declared.ok()) return declared;
  if (child == kAll) return WrongAt(document_, line, "all is in no other group");
  groups_.try_emplace(child, Group{.line = line}).first->second.parents.insert(group);
  return absl::OkStatus();
}

absl::Status Groups::AddHosts(const std::string& group, const std::string& pattern, int line,
                              const Variables& variables) {
  const absl::StatusOr<Pattern> expanded = Expand(pattern, document_.most_hosts);
  if (!expanded.ok()) return WrongAt(document_, line, std::string(expanded.status().message()));
  added_ += expanded->hosts.size();
  const size_t most = kMostGroupsEach * document_.most_hosts;
  if (added_ > most) {
    return WrongAt(document_, line, absl::StrCat("it puts over ", most, " hosts into groups"));
  }
  for (const std::string& name : expanded->hosts) {
    const auto [at, is_new] = by_name_.try_emplace(name, Host{.name = name, .line = line});
    Host& host = at->second;
    if (is_new) hosts_.push_back(&host);
    if (hosts_.size() > document_.most_hosts) return TooManyHosts(document_, line);
    host.groups.insert(group);
    if (is_new && !expanded->port.empty()) Set(host.variables, kPort, {expanded->port, line, ""});
    for (const auto& [variable, value] : variables) host.variables[variable] = value;
  }
  return absl::OkStatus();
}

Variables& Groups::VariablesOf(const std::string& group, int line) {
  return groups_.try_emplace(group, Group{.line = line}).first->second.variables;
}

absl::Status Groups::Settle() {
  if (absl::Status declared = Declare(kAll, 1); !declared.ok()) return declared;
  for (auto& [name, group] : groups_) {
    if (!group.is_declared) {
      return WrongAt(document_, group.line, absl::StrCat("the group ", Shown(name), " is nowhere"));
    }
    if (group.parents.empty() && name != kAll) group.parents.insert(kAll);
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& [name, group] : groups_) {
      for (const std::string& parent : group.parents) {
        const size_t depth = groups_.at(parent).depth + 1;
        if (depth <= group.depth) continue;
        group.depth = depth;
        changed = true;
        if (depth <= groups_.size()) continue;
        return WrongAt(document_, group.line,
                       absl::StrCat("the group ", Shown(name), " is in itself"));
      }
    }
  }
  return absl::OkStatus();
}

std::vector<const Variables*> Groups::Around(const Host& host) const {
  using Named = decltype(groups_)::value_type;
  std::set<const Named*> seen;
  std::vector<const Named*> groups;
  const auto see = [&](const std::string& name) {
    const Named* const group = &*groups_.find(name);
    if (seen.insert(group).second) groups.push_back(group);
  };
  see(kAll);
  for (const std::string& name : host.groups) see(name);
  for (size_t next = 0; next < groups.size();) {
    for (const std::string& parent : groups[next++]->second.parents) see(parent);
  }
  const auto rank = [](const Named* group) {
    return std::tuple(group->second.depth, PriorityOf(group->second.variables),
                      std::string_view(group->first));
  };
  std::sort(groups.begin(), groups.end(),
            [&](const Named* a, const Named* b) { return rank(b) < rank(a); });
  std::vector<const Variables*> around = {&host.variables};
  for (const Named* const group : groups) around.push_back(&group->second.variables);
  return around;
}

}  // namespace balcony::inventory
