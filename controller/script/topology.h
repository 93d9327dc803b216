// The hosts of an experiment and how they are joined, out of its declarations: the addresses are
// the topology.
// Shapes: pure; hosts in the file's order, an array's hosts one by one, "client[2]".
// Source: docs/language.md, "Declarations".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "controller/script/ast.h"
#include "controller/script/constant.h"
#include "controller/script/needs.h"

namespace balcony::script {

// An address on a LAN.
struct HostAddress {
  std::string address;  // canonical text form
  int prefix_length = 0;
  int lan = 0;  // index into Topology::lans; addresses of one host on one LAN are one interface
};

struct Sysctl {
  std::string path;  // "net.ipv4.tcp_ecn"
  int64_t value = 0;
};

struct Host {
  std::string name;  // "juliet", "client[2]"
  std::string base;  // "juliet", "client"
  int number = 0;    // 2; 0 for a host that is not of an array
  std::vector<HostAddress> addresses;
  std::vector<Sysctl> sysctls;
};

struct Lan {
  std::string prefix;  // "10.10.0.0/24"
};

// A host without an agent: its name and addresses can be used, and no step is its own.
struct External {
  std::string name;                    // "web"
  std::vector<std::string> addresses;  // canonical text form, on no LAN
};

struct Topology {
  std::vector<Host> hosts;
  std::vector<External> externals;
  std::vector<Lan> lans;
  std::vector<Needed> needs;                   // in the file's order
  Parameters parameters;                       // `set`, overridden by -D
  absl::Duration patience = absl::Seconds(5);  // `timeout`
};

// REQUIRES: overrides name parameters that the script sets; Check says so otherwise.
// A host without an address gets the next free one of the first IPv4 LAN, or of 10.0.0.0/24 where
// there is none. Errors go to `diagnostics`: the same name or address twice, an array that is empty
// or over 1,000 hosts, a prefix that is no prefix, a network's or broadcast address, an address
// that runs out of its prefix, an external host's address that cannot be one, a need that is none.
Topology BuildTopology(const Script& script, const std::map<std::string, std::string>& overrides,
                       std::vector<Diagnostic>& diagnostics);

// The external host of that name; null if there is none.
const External* FindExternal(const Topology& topology, std::string_view name);

}  // namespace balcony::script
