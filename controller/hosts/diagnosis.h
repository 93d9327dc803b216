// What a probe that did not arrive means, and the remedy.
// Shapes: pure.
// Source: RFC 792, RFC 1812 section 5.2.7.1 (codes 9, 10 and 13), RFC 4443 section 3.1; firewalld's
//         reject is admin-prohibited.
#pragma once

#include <string>

#include "controller/hosts/probe.h"

namespace balcony::hosts {

// What was found. A fault keeps experiments from going right; what is none is good to know.
struct Finding {
  std::string where;  // "romeo to juliet, tcp", "juliet"
  std::string what;
  std::string remedy;
  bool fault = true;
};

// The two ends of a probe, by name.
struct Ends {
  std::string from;
  std::string to;
  std::string source;  // addresses
  std::string target;
  std::string network;  // of the source: "10.77.1.0/24"
};

// REQUIRES: the probe did not arrive.
Finding Diagnose(const Ends& ends, const std::string& transport, const Probed& probed);

}  // namespace balcony::hosts
