#include "controller/script/lanes.h"

namespace balcony::script {
namespace {

class Collector {
 public:
  explicit Collector(Scope& scope) : place_{scope, nowhere_, kNobody} {}

  Scope::Setters Collect(const Body& lanes, const std::vector<size_t>& hosts) {
    for (lane_ = 1; lane_ <= lanes.size(); ++lane_) Visit(lanes[lane_ - 1], hosts);
    return std::move(setters_);
  }

  Scope::Setters Collect(const Statement& block, const std::vector<size_t>& hosts) {
    for (const size_t host : hosts) {
      lane_ = LaneOf(host);
      std::visit([&](const auto& node) { Visit(node, {host}); }, block.node);
    }
    return std::move(setters_);
  }

 private:
  static constexpr size_t kSeveral = SIZE_MAX;

  void Visit(const Statement& statement, std::vector<size_t> hosts) {
    if (statement.prompt) hosts = HostsOfPrompt(*statement.prompt);
    std::visit([&](const auto& node) { Visit(node, hosts); }, statement.node);
  }
  void Visit(const Body& body, const std::vector<size_t>& hosts) {
    for (const Statement& statement : body) Visit(statement, hosts);
  }
  void Visit(const Step& step, const std::vector<size_t>& hosts) {
    for (const std::string& target : step.targets)
      if (target != "_")
        for (const size_t host : hosts) Add(host, target);
  }
  void Visit(const Wait&, const std::vector<size_t>&) {}
  void Visit(const Block& block, const std::vector<size_t>& hosts) { Visit(block.body, hosts); }
  void Visit(const Repeat& repeat, const std::vector<size_t>& hosts) { Visit(repeat.body, hosts); }
  void Visit(const For& loop, const std::vector<size_t>& hosts) { Visit(loop.body, hosts); }
  void Visit(const Parallel& parallel, const std::vector<size_t>& hosts) {
    Visit(parallel.lanes, hosts);
  }
  void Visit(const While& loop, const std::vector<size_t>& hosts) {
    Visit(*loop.step, loop.prompt ? HostsOfPrompt(*loop.prompt) : hosts);
    Visit(loop.body, hosts);
  }

  std::vector<size_t> HostsOfPrompt(const Prompt& prompt) {
    if (prompt.host != "*")
      return HostsOf(place_, prompt.host, prompt.index ? &*prompt.index : nullptr, prompt.span,
                     true);
    std::vector<size_t> all(place_.scope.hosts.count());
    for (size_t host = 0; host < all.size(); ++host) all[host] = host;
    return all;
  }

  void Add(size_t host, const std::string& name) {
    const auto [setter, added] = setters_.emplace(std::pair(host, name), lane_);
    if (!added && setter->second != lane_) setter->second = kSeveral;
  }

  std::vector<Diagnostic> ignored_;
  Findings nowhere_{ignored_};  // the walk itself reports
  Place place_;
  Scope::Setters setters_;
  size_t lane_ = 0;
};

}  // namespace

Scope::Setters SettersOf(Scope& scope, const Body& lanes, const std::vector<size_t>& hosts) {
  return Collector(scope).Collect(lanes, hosts);
}

Scope::Setters SettersOf(Scope& scope, const Statement& block, const std::vector<size_t>& hosts) {
  return Collector(scope).Collect(block, hosts);
}

}  // namespace balcony::script
