// What a document is, by what it says.
// Shapes: decided by the first line that says something; pure.
// Source: docs/testbeds.md.
#pragma once

#include <cstddef>
#include <string_view>

namespace balcony::inventory {

enum class Kind {
  kEmpty,
  kFleet,  // a fleet file of ours
  kVault,  // encrypted by ansible-vault
  kXml,
  kJson,
  kSshLines,
  kAnsibleYaml,
  kAnsibleIni,
};

// Behind a byte order mark.
size_t BeginsAt(std::string_view text);

Kind KindOf(std::string_view text);

}  // namespace balcony::inventory
