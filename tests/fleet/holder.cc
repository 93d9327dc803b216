// A controller for the tests to kill: makes a fleet, says so, and waits for the end of its input or
// of a call.
//   fleet_holder local|loopback|given HOSTS
// Prints "up NURSERY" or "failed STATUS", and, once a call that blocks on the first host has ended,
// "ended STATUS".
#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "controller/fleet/agent_program.h"
#include "controller/fleet/local.h"
#include "tests/fleet/calls.h"
#include "tests/fleet/topologies.h"

namespace balcony::fleet {
namespace {

absl::StatusOr<std::unique_ptr<Fleet>> MakeFleet(const std::string& kind, int hosts,
                                                 Nursery& nursery) {
  const script::Topology topology = ManyHosts(hosts);
  if (kind == "local") return MakeLocalFleet(topology, nursery);
  if (kind == "loopback") return MakeLoopbackFleet(topology, nursery, {});
  const absl::StatusOr<std::string> agent = FindAgentProgram();
  if (!agent.ok()) return agent.status();
  const std::string command = absl::StrCat("sleep 600 & ", *agent, " --stdio; true");
  return MakeLoopbackFleet(topology, nursery, {{topology.hosts.back().name, command}});
}

int Hold(const std::string& kind, int hosts) {
  const absl::StatusOr<std::unique_ptr<Nursery>> nursery = Nursery::Start();
  if (!nursery.ok()) return 1;
  const absl::StatusOr<std::unique_ptr<Fleet>> fleet = MakeFleet(kind, hosts, **nursery);
  if (!fleet.ok()) {
    std::cout << "failed " << fleet.status() << std::endl;
    return 0;
  }
  std::cout << "up " << (*nursery)->pid() << std::endl;
  AgentLink& agent = *(*fleet)->hosts.front().agent;
  Do(agent, Udp("sock")).IgnoreError();
  Do(agent, Bind("sock", "127.0.0.1", 0)).IgnoreError();
  const std::shared_ptr<PendingCall> call = agent.Start(Recvfrom("sock", 1));
  pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  while (poll(&input, 1, 0) == 0) {
    if (!call->WaitUntilEnded(absl::Milliseconds(10))) continue;
    std::cout << "ended " << call->result().status() << std::endl;
    return 0;
  }
  return 0;
}

}  // namespace
}  // namespace balcony::fleet

int main(int argc, char** argv) {
  return argc == 3 ? balcony::fleet::Hold(argv[1], std::stoi(argv[2])) : 2;
}
