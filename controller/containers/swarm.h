// Experiments in a swarm: a stack with an agent in each task, and a controller in a container of
// its own beside them, whose standard streams and exit code are ours.
// Owns:   what it has brought up: the controller's container, and the stack unless that was there.
//         Each has a keeper, which takes it down whatever becomes of us.
// Thread: one; Interrupt by any.
// Errors: kUnavailable where there is no swarm, no image, no stack, or an agent is missing;
//         kFailedPrecondition where a stack cannot play an experiment. All name the remedy.
// Source: docs/decisions/020; docker-stack(1), docker-start(1).
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/containers/keeper.h"
#include "controller/script/topology.h"

namespace balcony::containers {

struct SwarmPlan {
  std::string stack;                         // one that is deployed; empty: one is made
  std::string tls_folder;                    // the controller's certificate, for a deployed stack
  std::vector<std::string> command;          // what the controller there is told, without its fleet
  std::map<std::string, std::string> files;  // the texts that it reads, by their paths here
  std::string input;                         // its standard input instead of ours; see has_input
  bool has_input = false;
};

class SwarmController {
 public:
  // Brings up what is needed for these experiments, and a container with the controller and all
  // that it reads, ready to be started.
  static absl::StatusOr<std::unique_ptr<SwarmController>> Prepare(
      const std::vector<const script::Topology*>& topologies, const SwarmPlan& plan);

  // Plays; comes back at the end. Gives its exit code, one of a run's, or 128 + N where signal N
  // ended it after an interrupt. kUnavailable for any other end, and says what is known of it.
  absl::StatusOr<int> Play();

  // Has the controller end as a person's interrupt does, by the signal of this name, "SIGINT".
  void Interrupt(const std::string& signal);

  // Copies what it has written at this path there to the same place here.
  absl::Status Fetch(const std::string& path);

 private:
  SwarmController(SwarmPlan plan, std::string container, std::unique_ptr<Keeper> keeper);
  absl::Status Create(const std::string& stack);
  absl::Status Fill(const std::string& folder, const std::string& certs);
  // `docker start` has ended with this status of waitpid(2): how the controller has.
  absl::StatusOr<int> CodeOf(int status) const;

  const SwarmPlan plan_;
  const std::string container_;  // its name
  const std::unique_ptr<Keeper> stack_keeper_;
  std::unique_ptr<Keeper> keeper_;  // the container's
  std::atomic<bool> playing_ = false;
  std::atomic<bool> interrupted_ = false;
};

}  // namespace balcony::containers
