// What every name means at a place of a script, as the check walks through it.
// Owns:   each host's variables, the loops' own, the calls in the background.
// Shapes: a region is a lane of a `parallel` or the body of a `while`: what is done there is
//         certain while in it, and behind a lane once its `parallel` is over; behind a `while` it
//         is not certain.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/script/ast.h"
#include "controller/script/calls.h"
#include "controller/script/hosts.h"

namespace balcony::script {

// A type, or nothing where it is not known: then nothing is judged.
using Known = std::optional<Type>;

// The acting host where none acts: outside of every prompt, or on the wire.
inline constexpr size_t kNobody = SIZE_MAX;

// A call in the background.
struct Background {
  std::string name;  // by which it is joined
  const Step* step = nullptr;
  const Signature* signature = nullptr;
  Span span;
  size_t loop = 0;      // the loop that it was started in
  size_t unjoined = 0;  // hosts that have not joined it
};

// A variable of a host.
struct Variable {
  Known type;
  std::vector<Shape> fields = {};         // of a record
  std::string transport = {};             // of a socket, "udp6"; empty where it is not known
  size_t set = 0;                         // the region in which it was set
  std::optional<size_t> closed = {};      // the region in which its socket was closed
  std::optional<size_t> background = {};  // the call that will set it, until it is joined
  bool joined = false;                    // it was the name of a call in the background
};

class Scope {
 public:
  // Both are borrowed.
  Scope(const Script& script, const Topology& hosts_and_lans)
      : hosts(script, hosts_and_lans),
        topology(hosts_and_lans),
        texts(script.texts),
        variables_(hosts_and_lans.hosts.size()) {}

  const Hosts hosts;
  const Topology& topology;
  const std::map<std::string, std::vector<std::string>>& texts;

  // A host's variable; null if it has none of that name. Good until the next Set.
  Variable* Find(size_t host, const std::string& name);
  // Sets it in this region, unless it was set for certain before.
  void Set(size_t host, const std::string& name, Variable variable);
  void Forget(size_t host, const std::string& name);
  // The names that mean something to a host, for the nearest of them.
  std::vector<std::string> NamesOf(size_t host) const;
  // Some host that has a variable of that name.
  std::optional<size_t> HostWith(const std::string& name) const;

  // Loops, whose variables are there in their bodies alone.
  struct LoopVariable {
    std::string name;
    Known type;
    std::optional<std::pair<int64_t, int64_t>> range;  // of numbers, where it is known
  };
  void EnterLoop(std::optional<LoopVariable> variable);
  void LeaveLoop();
  const LoopVariable* FindLoopVariable(const std::string& name) const;
  size_t loop() const { return loops_.empty() ? 0 : loops_.back().number; }

  // Regions.
  void EnterWhile() { Enter(true); }
  void LeaveWhile() { Leave(); }
  size_t region() const { return region_; }
  // Whether what was done in that region is done for certain here.
  bool IsCertain(size_t region) const;

  // Lanes: who sets what. A name may have been set before its `parallel`, too.
  using Setters = std::map<std::pair<size_t, std::string>, size_t>;  // lane by host and name
  void EnterParallel(Setters setters) { parallels_.push_back({std::move(setters), 0, {}}); }
  void EnterLane(size_t lane);
  void LeaveLane() { Leave(); }
  void LeaveParallel();
  bool InParallel() const { return !parallels_.empty(); }
  bool IsSetInAnotherLane(size_t host, const std::string& name) const;

  std::vector<Background> backgrounds;

 private:
  struct Loop {
    size_t number;
    std::optional<LoopVariable> variable;
  };
  struct Region {
    bool loops;  // the body of a `while`, else a lane
    size_t parent;
    bool active;  // the walk is in it
    bool over;    // a lane's `parallel` is
  };
  struct Lanes {
    Setters setters;
    size_t lane;
    std::vector<size_t> regions;
  };

  void Enter(bool loops);
  void Leave();

  std::vector<std::map<std::string, Variable>> variables_;
  std::vector<Loop> loops_;
  size_t last_loop_ = 0;
  std::vector<Region> regions_ = {{false, 0, true, false}};  // the first is the whole script
  size_t region_ = 0;
  std::vector<Lanes> parallels_;
};

}  // namespace balcony::script
