// A run under way: what all its lanes share.
// Owns:   the calls under way and the run's first failure.
// Thread: any; one mutex covers both maps and the failure. Nothing is called back while it is held;
//         agents are spoken to after it is released.
// Errors: the first failure wins; it ends every call under way, and later calls at once.
// Source: docs/language.md, "When a step fails".
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "balcony/v1/report.pb.h"
#include "controller/fleet/fleet.h"
#include "controller/run/control.h"
#include "controller/run/evaluate.h"
#include "controller/run/holders.h"
#include "controller/run/request.h"

namespace balcony::run {

// A call that an agent is doing for a step.
struct Flight {
  size_t host = 0;
  Request request;
  std::shared_ptr<fleet::PendingCall> call;
  std::chrono::steady_clock::time_point asked = {};
};

// A call that goes on in the background until `wait` joins it.
struct Background {
  Flight flight;
  const script::Step* step = nullptr;
};

struct Failure {
  v1::Verdict verdict = v1::VERDICT_FAILED;
  // The step that it showed at, "tcp.md:31:1: juliet> conn.recv(1024)"; or empty.
  std::string place;
  std::string message;  // why
};

class RunState {
 public:
  // What was seen of the hosts before the first step.
  struct Seen {
    Holders holders;
    ControlNetworks control;
  };

  RunState(const Setting& setting, fleet::Fleet& fleet, Seen seen, absl::Duration limit)
      : setting_(setting), fleet_(fleet), seen_(std::move(seen)), limit_(limit) {}

  const Setting& setting() const { return setting_; }
  fleet::Fleet& fleet() { return fleet_; }
  const Holders& holders() const { return seen_.holders; }
  const ControlNetworks& control() const { return seen_.control; }

  // Sends the call to the host's agent.
  Flight Start(size_t host, Request request, std::optional<absl::Duration> patience);
  // Asks the agent to end the call; its end then comes as ever.
  void Cancel(const Flight& flight);
  // The call has ended, and its answer was read.
  void Land(const Flight& flight);

  void Leave(size_t host, const std::string& name, Background background);
  std::optional<Background> Join(size_t host, const std::string& name);

  // A name for a new socket that no other had in this run: "sock", "sock.2", …
  std::string FreshName(size_t host, const std::string& wanted);

  // The first failure counts. One without a place, a lost agent's, takes that of the next.
  void Fail(Failure failure);
  bool failed();
  std::optional<Failure> failure();

  std::chrono::steady_clock::time_point started() const { return started_; }
  // What is left of the run's limit; time spent on a person's input does not count.
  absl::Duration remaining();
  // "the run has taken its limit of 2m; --limit gives it longer"
  std::string LimitText() const;

 private:
  using Key = std::pair<size_t, std::string>;

  const Setting& setting_;
  fleet::Fleet& fleet_;
  const Seen seen_;
  const absl::Duration limit_;
  const std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();

  std::mutex mutex_;
  std::set<std::pair<size_t, uint64_t>> under_way_;  // host, call id
  std::map<Key, Background> backgrounds_;
  std::map<Key, int> names_;
  std::optional<Failure> failure_;
};

}  // namespace balcony::run
