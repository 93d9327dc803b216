// The hosts by their names, single or in an array.
// Shapes: a host is its index into Topology::hosts. A name that is declared, but wrongly, is known
//         and has no hosts; nor has one that is external, since it does no steps.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "controller/script/ast.h"
#include "controller/script/topology.h"

namespace balcony::script {

class Hosts {
 public:
  // The topology is borrowed.
  Hosts(const Script& script, const Topology& topology);

  size_t count() const { return topology_.hosts.size(); }
  const std::string& NameOf(size_t host) const { return topology_.hosts[host].name; }

  // Whether a host or an array has that name.
  bool Has(const std::string& name) const { return named_.contains(name); }
  bool IsArray(const std::string& name) const;
  bool IsExternal(const std::string& name) const;
  // The hosts of that name, and those of them that are numbered so.
  std::vector<size_t> Of(const std::string& name) const;
  std::vector<size_t> Between(const std::string& name, int64_t from, int64_t to) const;
  // "client[1] to client[5]"
  std::string ExtentOf(const std::string& name) const;
  std::vector<std::string> Names() const;

 private:
  struct Named {
    bool array = false;
    bool external = false;
    std::vector<size_t> hosts;
  };

  const Topology& topology_;
  std::map<std::string, Named> named_;
};

}  // namespace balcony::script
