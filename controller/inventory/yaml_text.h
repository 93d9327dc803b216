// YAML from strangers.
// Errors: kInvalidArgument with FILE:LINE; what yaml-cpp throws ends here.
// Source: YAML 1.2; yaml-cpp.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

// `read` is given the root; what it finds through aliases it must count itself.
absl::StatusOr<Reading> WithYaml(
    const Document& document,
    const std::function<absl::StatusOr<Reading>(const YAML::Node& root)>& read);

int LineOf(const YAML::Node& node);

// A scalar that reads back as `text`, in a block or within braces; in quotes where it has to be.
std::string YamlScalar(std::string_view text);

}  // namespace balcony::inventory
