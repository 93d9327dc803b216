#include "controller/cli/fleet_kind.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controller/script/source.h"

namespace balcony::cli {

const FleetKind* FindFleet(const std::string& given) {
  static const auto& kinds = *new std::vector<FleetKind>{
      {"local", false}, {"loopback", false}, {"compose", true}, {"swarm", true}, {"tasks", true}};
  const size_t colon = given.find(':');
  for (const FleetKind& kind : kinds) {
    if (given.substr(0, colon) != kind.name) continue;
    const bool has_argument = colon != std::string::npos && colon + 1 < given.size();
    if (colon == std::string::npos || (has_argument && kind.takes_argument)) return &kind;
  }
  static const FleetKind& file = *new FleetKind{"file", false};
  std::error_code ignored;
  return std::filesystem::exists(given, ignored) ? &file : nullptr;
}

std::string WhyNoFleet(const std::string& given) {
  const std::string nearest = script::Nearest(given, {"local", "loopback", "compose", "swarm"});
  return absl::StrCat("--fleet ", given, ": ",
                      nearest.empty() || nearest == given.substr(0, given.find(':'))
                          ? "local, loopback, compose, compose:FILE, swarm, swarm:STACK or a fleet"
                            " file is wanted"
                          : absl::StrCat("did you mean ", nearest, "?"));
}

}  // namespace balcony::cli
