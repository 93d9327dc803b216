// A fleet file: hosts, and how each is reached.
//
//   hosts:
//     romeo:  {ssh: ssh -p 25610 alice@pc1.example.org, data: 10.10.0.0/24}
//     juliet: {ssh: ssh -F config -i key ubuntu@2001:db8::5}
//
// Shapes: YAML. `ssh` is a command line as portals print it; `data`, the network of the experiment
//         there, or the host's address on it, is found among the host's own where it is left out.
//         Pure.
// Errors: kInvalidArgument with FILE:LINE in front.
// Source: docs/testbeds.md; YAML 1.2.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace balcony::hosts {

// How a host is reached.
struct Place {
  std::string ssh;   // "ssh -p 25610 alice@pc1.example.org"
  std::string data;  // "10.10.0.0/24", "10.10.0.100"; empty: not said
};

using Places = std::map<std::string, Place>;  // by host

// `file` is what it is called in messages.
absl::StatusOr<Places> ParseFleetFile(const std::string& text, const std::string& file);

}  // namespace balcony::hosts
