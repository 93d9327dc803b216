// An Ansible inventory, however it was written: groups in groups, hosts in them, variables on both.
// Shapes: a host's own variables win, then those of the groups that are deepest below `all`; of
//         equals ansible_group_priority decides, then the name. Only the variables that say how a
//         host is reached are kept. Pure.
// Errors: kInvalidArgument with FILE:LINE.
// Source: Ansible's user guide, "How to build your inventory"; its inventory/group.py.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

struct Value {
  std::string text;
  int line = 0;
  std::string trouble;  // why it is no text: "is encrypted"; said only where the value is needed
};

using Variables = std::map<std::string, Value, std::less<>>;

// Sets it, if it is one that says how a host is reached.
void Set(Variables& variables, const std::string& name, Value value);

class Groups {
 public:
  struct Host {
    std::string name;
    int line = 0;
    Variables variables = {};
    std::set<std::string> groups = {};
  };

  // The document is borrowed.
  explicit Groups(const Document& document) : document_(document) {}
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;

  // Makes the group, if it is new.
  absl::Status Declare(const std::string& name, int line);
  absl::Status AddChild(const std::string& group, const std::string& child, int line);
  // Puts the hosts that a pattern stands for into a group.
  absl::Status AddHosts(const std::string& group, const std::string& pattern, int line,
                        const Variables& variables);
  Variables& VariablesOf(const std::string& group, int line);

  // Finds how the groups are in each other, when all has been added.
  absl::Status Settle();

  // In the file's order.
  const std::vector<Host*>& hosts() const { return hosts_; }

  // What can say something of a host: itself, then the groups that it is in, the one that wins
  // first. REQUIRES: settled.
  std::vector<const Variables*> Around(const Host& host) const;

 private:
  struct Group {
    int line = 0;
    bool is_declared = false;
    Variables variables = {};
    std::set<std::string> parents = {};
    size_t depth = 0;  // the longest way from `all`
  };

  const Document& document_;
  std::map<std::string, Group> groups_;
  std::map<std::string, Host> by_name_;
  std::vector<Host*> hosts_;
  size_t added_ = 0;  // hosts to groups
};

}  // namespace balcony::inventory
