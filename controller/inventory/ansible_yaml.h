// An Ansible inventory as YAML.
// Shapes: groups with hosts, children and vars; hosts with ranges. Pure.
// Errors: kInvalidArgument with FILE:LINE.
// Source: Ansible's plugins/inventory/yaml.py.
#pragma once

#include "absl/status/statusor.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

absl::StatusOr<Reading> ReadAnsibleYaml(const Document& document, const Chooser& chooser);

}  // namespace balcony::inventory
