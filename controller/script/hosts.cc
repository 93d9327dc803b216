#include "controller/script/hosts.h"

namespace balcony::script {

Hosts::Hosts(const Script& script, const Topology& topology) : topology_(topology) {
  for (const Declaration& declaration : script.declarations)
    if (const auto* host = std::get_if<HostDecl>(&declaration.node))
      named_[host->name] = {host->from != nullptr, host->external, {}};
  for (size_t i = 0; i < topology.hosts.size(); ++i)
    named_[topology.hosts[i].base].hosts.push_back(i);
}

bool Hosts::IsArray(const std::string& name) const {
  const auto found = named_.find(name);
  return found != named_.end() && found->second.array;
}

bool Hosts::IsExternal(const std::string& name) const {
  const auto found = named_.find(name);
  return found != named_.end() && found->second.external;
}

std::vector<size_t> Hosts::Of(const std::string& name) const {
  const auto found = named_.find(name);
  return found == named_.end() ? std::vector<size_t>() : found->second.hosts;
}

std::vector<size_t> Hosts::Between(const std::string& name, int64_t from, int64_t to) const {
  std::vector<size_t> between;
  for (const size_t host : Of(name))
    if (topology_.hosts[host].number >= from && topology_.hosts[host].number <= to)
      between.push_back(host);
  return between;
}

std::string Hosts::ExtentOf(const std::string& name) const {
  const std::vector<size_t> hosts = Of(name);
  if (hosts.empty()) return {};
  if (hosts.size() == 1) return NameOf(hosts.front());
  return NameOf(hosts.front()) + " to " + NameOf(hosts.back());
}

std::vector<std::string> Hosts::Names() const {
  std::vector<std::string> names;
  for (const auto& [name, named] : named_) names.push_back(name);
  return names;
}

}  // namespace balcony::script
