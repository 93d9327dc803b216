// The kinds of fleets that --fleet names.
// Shapes: KIND, or KIND:ARGUMENT; or what is no kind, and a file: "file".
#pragma once

#include <string>

namespace balcony::cli {

struct FleetKind {
  std::string name;
  bool takes_argument = false;  // something may stand behind a colon
};

// Null where there is none of that kind, or nothing may, or must not be missing, behind its colon.
const FleetKind* FindFleet(const std::string& given);

// "--fleet compos: did you mean compose?" REQUIRES: it is no fleet.
std::string WhyNoFleet(const std::string& given);

}  // namespace balcony::cli
