// What users have in hand becomes a fleet: manifests, FABRIC slices, Ansible inventories, ssh
// command lines. It is told apart by what it says, and not by its name.
// Shapes: pure; no file is opened, no name looked up, nothing run.
// Errors: kInvalidArgument, "FILE:LINE: what; remedy".
// Source: docs/testbeds.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/hosts/fleet_file.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

struct Entry {
  std::string name;  // as the notation has it
  hosts::Place place;
  std::vector<std::string> remarks;  // where a guess was made
};

struct Inventory {
  std::string origin;  // "cloudlab.xml, a manifest"
  std::vector<Entry> hosts;
  std::vector<std::string> remarks;  // what was left out, and why
};

// Whether it is a fleet file of ours, or was meant to be one; hosts::ParseFleetFile reads these.
bool IsFleetFile(std::string_view text);

// The hosts of all documents, of which each may be of another kind; at least one host.
absl::StatusOr<Inventory> ReadInventory(const std::vector<Document>& documents,
                                        const Chooser& chooser);

// A fleet file; remarks are its comments.
std::string FleetFileText(const Inventory& inventory);

}  // namespace balcony::inventory
