// From a file's text to a script that may be run.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "controller/cli/files.h"
#include "controller/script/ast.h"
#include "controller/script/topology.h"

namespace balcony::cli {

struct Loaded {
  script::Script script;
  script::Topology topology;
};

// Absent if anything is wrong with it; `complaints` then says what, with the places.
std::optional<Loaded> Load(SourceFile file, const std::map<std::string, std::string>& overrides,
                           std::string& complaints);

// Visits all statements in the file's order, those in blocks, loops and lanes behind what they are
// in.
void Walk(const script::Body& body, const std::function<void(const script::Statement&)>& visit);

// The step that it is, or that a while repeats; null for any other statement.
const script::Step* StepOf(const script::Statement& statement);

// How many steps the script has, each counted once.
size_t CountSteps(const script::Body& body);

// What only hosts with networks of their own can play.
struct OfOwnNetwork {
  script::Span span;
  std::string why;
};

// The first call that asks for or changes what a host's own network has, or that names an address
// which is no host's: that may be a stranger's where this machine's network is used.
std::optional<OfOwnNetwork> FindOfOwnNetwork(const Loaded& loaded);

// The first call that changes what a host's own network has.
std::optional<OfOwnNetwork> FindChange(const Loaded& loaded);

// A port that it binds, where that is known before it runs.
struct BoundPort {
  std::string host;  // whose address it is at; empty: not said
  bool udp = false;
  uint32_t port = 0;
};
std::vector<BoundPort> PortsOf(const Loaded& loaded);

// Whether it opens raw sockets, which take a capability.
bool OpensRaw(const Loaded& loaded);

}  // namespace balcony::cli
