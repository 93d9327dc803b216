// A fleet file: hosts, and how each is reached.
//
//   hosts:
//     romeo:  {ssh: ssh -p 25610 alice@pc1.example.org, data: 10.10.0.0/24}
//     juliet: {ssh: ssh -F config -i key ubuntu@2001:db8::5, sudo: true}
//     paris:  {agent: paris.example.org:7000, tls: certs}
//
// Shapes: YAML. `ssh` is a command line as portals print it, and an agent is brought there; `agent`
//         is where one is already: ADDRESS:PORT, unix:PATH, or a command whose standard input and
//         output are its. `tls` is the folder of balcony certs, or {folder:, token_file:, name:},
//         of one host or, at the top, of all with an agent; relative to the file. `data`, networks
//         of the experiment there or the host's addresses on them, one or a list, is found among
//         the host's own where it is left out. Pure.
// Errors: kInvalidArgument with FILE:LINE in front.
// Source: docs/testbeds.md; YAML 1.2.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/channel.h"

namespace balcony::hosts {

// How a host is reached: by `ssh` or by `agent`.
struct Place {
  std::string ssh = {};                // "ssh -p 25610 alice@pc1.example.org"
  std::string agent = {};              // "paris.example.org:7000", "docker exec -i …"
  fleet::Tls tls = {};                 // of an agent with an address
  std::vector<std::string> data = {};  // "10.10.0.0/24", "10.10.0.100"; empty: not said
  bool sudo = false;                   // by ssh: the agent is started with `sudo -n`
};

using Places = std::map<std::string, Place>;  // by host

// `file` is what it is called in messages, and where its folders are from.
absl::StatusOr<Places> ParseFleetFile(const std::string& text, const std::string& file);

}  // namespace balcony::hosts
