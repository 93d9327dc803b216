// An Ansible inventory as INI.
// Shapes: [group], [group:children], [group:vars]; hosts with ranges and variables. Pure.
// Errors: kInvalidArgument with FILE:LINE.
// Source: Ansible's plugins/inventory/ini.py.
#pragma once

#include "absl/status/statusor.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

absl::StatusOr<Reading> ReadAnsibleIni(const Document& document, const Chooser& chooser);

}  // namespace balcony::inventory
