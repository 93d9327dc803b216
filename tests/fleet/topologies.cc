#include "tests/fleet/topologies.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace balcony::fleet {

script::Topology TopologyOf(const std::vector<HostSpec>& hosts) {
  script::Topology topology;
  std::map<std::string, int> lans;
  for (const HostSpec& spec : hosts) {
    script::Host& host = topology.hosts.emplace_back();
    host.name = host.base = spec.name;
    for (const std::string& text : spec.addresses) {
      const std::vector<std::string> parts = absl::StrSplit(text, '/');
      const std::string prefix = parts[0].substr(0, parts[0].find_last_of(".:"));
      const auto [lan, added] = lans.emplace(prefix, static_cast<int>(lans.size()));
      if (added) topology.lans.push_back({prefix});
      script::HostAddress& address = host.addresses.emplace_back();
      address.address = parts[0];
      address.prefix_length = std::stoi(parts[1]);
      address.lan = lan->second;
    }
  }
  return topology;
}

script::Topology RomeoAndJuliet() {
  return TopologyOf({{"romeo", {"10.10.0.100/24"}}, {"juliet", {"10.10.0.101/24"}}});
}

script::Topology ManyHosts(int count) {
  std::vector<HostSpec> hosts;
  for (int i = 1; i <= count; ++i) {
    hosts.push_back({absl::StrCat("client[", i, "]"),
                     {absl::StrCat("10.10.", i / 250, ".", i % 250 + 1, "/16")}});
  }
  script::Topology topology = TopologyOf(hosts);
  for (script::Host& host : topology.hosts) host.addresses[0].lan = 0;
  return topology;
}

}  // namespace balcony::fleet
