#include "controller/cli/load.h"

#include "absl/strings/str_cat.h"
#include "controller/script/address.h"
#include "controller/script/calls.h"
#include "controller/script/check.h"
#include "controller/script/parser.h"
#include "controller/script/reach.h"
#include "controller/script/source.h"

namespace balcony::cli {
namespace {

bool IsDeclared(const script::Topology& topology, const std::vector<uint8_t>& address) {
  for (const script::Host& host : topology.hosts) {
    for (const script::HostAddress& own : host.addresses) {
      if (script::AddressBytes(own.address) == address) return true;
    }
  }
  for (const script::External& external : topology.externals) {
    for (const std::string& own : external.addresses) {
      if (script::AddressBytes(own) == address) return true;
    }
  }
  return false;
}

std::optional<OfOwnNetwork> OwnNetworkOf(const script::Call& call,
                                         const script::Topology& topology) {
  const script::Signature* signature = script::FindSignature(call.function);
  if (signature != nullptr && signature->own_network) {
    return OfOwnNetwork{call.function_span, call.function + " is of a host's own network"};
  }
  for (const script::Arg& arg : call.args) {
    const std::string* literal = script::LiteralAddress(arg);
    const auto bytes = literal == nullptr ? std::nullopt : script::AddressBytes(*literal);
    if (!bytes || script::IsOwnAddress(*bytes) || IsDeclared(topology, *bytes)) continue;
    return OfOwnNetwork{arg.span, *literal + " is no host's, but may be somebody's"};
  }
  return std::nullopt;
}

bool ChangesNetwork(const script::Call& call) {
  const std::string& name = call.function;
  const bool sets = name.rfind("set_", 0) == 0 || name.rfind("add_", 0) == 0 ||
                    name.rfind("delete_", 0) == 0 || (name == "sysctl" && call.args.size() > 1);
  const script::Signature* signature = script::FindSignature(name);
  return sets && signature != nullptr && signature->own_network;
}

}  // namespace

std::optional<Loaded> Load(SourceFile file, const std::map<std::string, std::string>& overrides,
                           std::string& complaints) {
  if (!file.status.ok()) {
    absl::StrAppend(&complaints, "balcony: ", std::string(file.status.message()), "\n");
    return std::nullopt;
  }
  std::vector<script::Diagnostic> diagnostics;
  Loaded loaded{script::Parse(std::move(file.name), std::move(file.text), diagnostics), {}};
  if (diagnostics.empty()) {
    loaded.topology = script::BuildTopology(loaded.script, overrides, diagnostics);
    script::Check(loaded.script, loaded.topology, overrides, diagnostics);
    if (diagnostics.empty() && loaded.script.statements.empty()) {
      diagnostics.push_back({{1, 1, 1},
                             "there is no step in this file",
                             "a step is a host and a call, as in juliet> sock = socket(tcp)"});
    }
  }
  for (const script::Diagnostic& diagnostic : diagnostics) {
    complaints += script::Render(loaded.script.name, loaded.script.text, diagnostic);
  }
  if (!diagnostics.empty()) return std::nullopt;
  return loaded;
}

void Walk(const script::Body& body, const std::function<void(const script::Statement&)>& visit) {
  for (const script::Statement& statement : body) {
    visit(statement);
    if (const auto* block = std::get_if<script::Block>(&statement.node)) {
      Walk(block->body, visit);
    } else if (const auto* repeat = std::get_if<script::Repeat>(&statement.node)) {
      Walk(repeat->body, visit);
    } else if (const auto* loop = std::get_if<script::For>(&statement.node)) {
      Walk(loop->body, visit);
    } else if (const auto* again = std::get_if<script::While>(&statement.node)) {
      Walk(again->body, visit);
    } else if (const auto* parallel = std::get_if<script::Parallel>(&statement.node)) {
      Walk(parallel->lanes, visit);
    }
  }
}

const script::Step* StepOf(const script::Statement& statement) {
  if (const auto* again = std::get_if<script::While>(&statement.node)) return again->step.get();
  return std::get_if<script::Step>(&statement.node);
}

size_t CountSteps(const script::Body& body) {
  size_t steps = 0;
  Walk(body, [&](const script::Statement& statement) {
    const bool waits = std::holds_alternative<script::Wait>(statement.node);
    if (waits || StepOf(statement) != nullptr) ++steps;
  });
  return steps;
}

std::optional<OfOwnNetwork> FindOfOwnNetwork(const Loaded& loaded) {
  std::optional<OfOwnNetwork> found;
  Walk(loaded.script.statements, [&](const script::Statement& statement) {
    const script::Step* step = StepOf(statement);
    if (step != nullptr && !found) found = OwnNetworkOf(step->call, loaded.topology);
  });
  return found;
}

std::optional<OfOwnNetwork> FindChange(const Loaded& loaded) {
  std::optional<OfOwnNetwork> found;
  Walk(loaded.script.statements, [&](const script::Statement& statement) {
    const script::Step* step = StepOf(statement);
    if (step == nullptr || found || !ChangesNetwork(step->call)) return;
    found = OfOwnNetwork{step->call.function_span,
                         step->call.function + " changes a host's own network"};
  });
  return found;
}

std::vector<BoundPort> PortsOf(const Loaded& loaded) {
  std::map<std::string, std::string> transports;  // by variable
  std::vector<BoundPort> ports;
  Walk(loaded.script.statements, [&](const script::Statement& statement) {
    const script::Step* step = StepOf(statement);
    if (step == nullptr || step->call.args.empty()) return;
    const script::Arg& first = step->call.args.front();
    if (step->call.function == "socket" && !step->targets.empty()) {
      transports[step->targets.front()] = script::WordOf(first);
    }
    const auto* end = std::get_if<script::Endpoint>(&first.value->node);
    if (step->call.function != "bind" || end == nullptr) return;
    const auto* range = std::get_if<script::PortRange>(&end->port);
    if (range == nullptr || range->to != nullptr) return;
    const auto value = script::ConstantOf(*range->from, loaded.topology.parameters);
    const auto* port = value ? std::get_if<int64_t>(&*value) : nullptr;
    if (port == nullptr || *port <= 0 || *port > UINT16_MAX) return;
    const auto* host = std::get_if<script::Ref>(&end->host);
    const std::string transport = transports[step->call.receiver];
    ports.push_back({host != nullptr && host->path.size() == 1 ? host->path.front() : "",
                     transport.rfind("udp", 0) == 0, static_cast<uint32_t>(*port)});
  });
  return ports;
}

bool OpensRaw(const Loaded& loaded) {
  bool found = false;
  Walk(loaded.script.statements, [&](const script::Statement& statement) {
    const script::Step* step = StepOf(statement);
    if (step == nullptr || step->call.function != "socket") return;
    for (const script::Arg& arg : step->call.args) {
      const std::string word = script::WordOf(arg);
      found = found || word == "raw" || word == "raw6";
    }
  });
  return found;
}

}  // namespace balcony::cli
