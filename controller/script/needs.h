// What a file may need of its hosts: the table behind `needs NAME`.
// Shapes: pure; whether a need holds is for those to say who know the hosts.
// Source: docs/language.md, "What a file needs".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/script/ast.h"

namespace balcony::script {

enum class Need {
  kBroadcast,
  kIpv6,
  kIpv6Loopback,
  kKernel,
  kMtu,
  kMulticast,
  kNoDefaultRoute,
  kPrivilegedPorts,
  kRaw,
  kWire,
};

// What stands behind a need's name.
enum class NeedArgument { kNone, kBytes, kVersion };

struct NeedRow {
  Need need;
  std::string_view name;
  NeedArgument argument;
};

// By name.
const std::vector<NeedRow>& NeedRows();

// One that a file has.
struct Needed {
  Need need;
  std::string written;                    // "mtu 1500"
  uint32_t bytes = 0;                     // kBytes
  std::pair<uint32_t, uint32_t> version;  // kVersion: 5, 10
};

// "5.10" and what begins so, as "5.10.0-21-amd64"; of "5" the second number is 0.
std::optional<std::pair<uint32_t, uint32_t>> VersionOf(std::string_view text);

// Absent if it is none; `wrong` then says why, and gives a remedy.
std::optional<Needed> ToNeeded(const NeedsDecl& declaration,
                               std::pair<std::string, std::string>& wrong);

}  // namespace balcony::script
