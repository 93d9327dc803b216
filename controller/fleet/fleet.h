// The hosts of an experiment, with an agent on each, ready to play.
// Owns:   its agents' links, the wire, and through them the hosts themselves: when it goes, they
//         go.
// Thread: any for the links; Settle by one at a time.
// Source: docs/decisions/002.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "controller/fleet/agent_link.h"
#include "controller/fleet/process.h"
#include "controller/wire/wire.h"

namespace balcony::fleet {

// A host that is up.
struct FleetHost {
  std::string name;                    // as in the topology: "client[2]"
  std::vector<std::string> addresses;  // its data addresses on this fleet
  std::unique_ptr<AgentLink> agent;
  // Its address on the network of its login, where the experiment has another network to itself.
  std::string control_address = {};
};

class Fleet {
 public:
  Fleet() = default;
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;
  ~Fleet();  // the lookout, the links, the wire, what ran the agents, then the ground

  std::string kind;  // "local", "loopback", "given" or "compose"
  // What a reader of the results must know, for example why loopback addresses are used; or empty.
  std::string notice;
  // Why these hosts cannot give what the file needs, "needs wire, and …": then nothing is to be
  // played on them, and some may be missing. Empty where they can.
  std::string lacking;
  bool on_this_machine = false;      // all hosts, so that they have its clock
  std::vector<FleetHost> hosts;      // in the topology's order
  std::unique_ptr<wire::Wire> wire;  // null on a fleet without one
  // Declared address -> the address that takes its place; identity is left out.
  std::map<std::string, std::string> played;

  // Host name -> the IPv4 literal that stands for `localhost` there: the host's own address where
  // hosts share one stack. Left out where it is 127.0.0.1.
  std::map<std::string, std::string> localhost;

  // Waits until nothing is under way: the wire is drained and every agent with a blocked call has
  // told all that it has to tell, again until no new frame came (docs/decisions/006). On a fleet
  // without a wire only the barriers. kUnavailable where an agent is lost or does not answer;
  // kDeadlineExceeded where hosts never pause.
  absl::Status Settle();

  std::vector<std::shared_ptr<Process>> processes;  // the agents, or the commands that lead to them

  std::shared_ptr<void> lookout;  // tells the links what their streams do not; may be null
  std::shared_ptr<void> ground;   // what the hosts stand on, made for them; may be null

 private:
  absl::Status AwaitBarriers();
};

// What all agents say of themselves, by host; or the first that does not answer.
absl::StatusOr<std::vector<v1::DescribeResponse>> DescribeAll(const Fleet& fleet);

}  // namespace balcony::fleet
