#include "controller/script/scope.h"

#include <algorithm>

namespace balcony::script {

Variable* Scope::Find(size_t host, const std::string& name) {
  if (host == kNobody) return nullptr;
  const auto found = variables_[host].find(name);
  return found == variables_[host].end() ? nullptr : &found->second;
}

void Scope::Set(size_t host, const std::string& name, Variable variable) {
  if (host == kNobody) return;
  const Variable* before = Find(host, name);
  variable.set = before != nullptr && IsCertain(before->set) ? before->set : region_;
  variables_[host][name] = std::move(variable);
}

void Scope::Forget(size_t host, const std::string& name) {
  if (host != kNobody) variables_[host].erase(name);
}

std::vector<std::string> Scope::NamesOf(size_t host) const {
  std::vector<std::string> names;
  if (host != kNobody)
    for (const auto& [name, variable] : variables_[host]) names.push_back(name);
  for (const auto& [name, value] : topology.parameters) names.push_back(name);
  for (const auto& [name, lines] : texts) names.push_back(name);
  for (const Loop& loop : loops_)
    if (loop.variable) names.push_back(loop.variable->name);
  return names;
}

std::optional<size_t> Scope::HostWith(const std::string& name) const {
  for (size_t host = 0; host < variables_.size(); ++host)
    if (variables_[host].contains(name)) return host;
  return std::nullopt;
}

void Scope::EnterLoop(std::optional<LoopVariable> variable) {
  loops_.push_back({++last_loop_, std::move(variable)});
}

void Scope::LeaveLoop() { loops_.pop_back(); }

const Scope::LoopVariable* Scope::FindLoopVariable(const std::string& name) const {
  for (const Loop& loop : loops_)
    if (loop.variable && loop.variable->name == name) return &*loop.variable;
  return nullptr;
}

void Scope::Enter(bool loops) {
  regions_.push_back({loops, region_, true, false});
  region_ = regions_.size() - 1;
}

void Scope::Leave() {
  regions_[region_].active = false;
  region_ = regions_[region_].parent;
}

bool Scope::IsCertain(size_t region) const {
  for (; !regions_[region].active; region = regions_[region].parent)
    if (regions_[region].loops || !regions_[region].over) return false;
  return true;
}

void Scope::EnterLane(size_t lane) {
  Enter(false);
  parallels_.back().lane = lane;
  parallels_.back().regions.push_back(region_);
}

void Scope::LeaveParallel() {
  for (const size_t region : parallels_.back().regions) regions_[region].over = true;
  parallels_.pop_back();
}

bool Scope::IsSetInAnotherLane(size_t host, const std::string& name) const {
  return std::any_of(parallels_.begin(), parallels_.end(), [&](const Lanes& lanes) {
    const auto setter = lanes.setters.find({host, name});
    return setter != lanes.setters.end() && setter->second != lanes.lane;
  });
}

}  // namespace balcony::script
