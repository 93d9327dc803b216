// What is read of texts, for tests.
#pragma once

#include <string>
#include <vector>

#include "controller/inventory/inventory.h"

namespace balcony::inventory {

inline absl::StatusOr<Inventory> Read(const std::string& text, const Chooser& chooser = {}) {
  return ReadInventory({{"file", text}}, chooser);
}

// Each host as a line, "romeo: ssh alice@pc1 10.10.0.100"; or what is wrong.
inline std::vector<std::string> HostsIn(const absl::StatusOr<Inventory>& inventory) {
  if (!inventory.ok()) return {std::string(inventory.status().message())};
  std::vector<std::string> lines;
  for (const Entry& host : inventory->hosts) {
    lines.push_back(host.name + ": " + host.place.ssh);
    for (const std::string& address : host.place.data) lines.back() += " " + address;
  }
  return lines;
}

// A file of the corpus; some of them are the samples of docs/testbeds.md.
std::string Sample(const std::string& name);

}  // namespace balcony::inventory
