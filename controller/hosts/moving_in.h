// An agent on a host that may have none yet: the one that is there is started, or else this one's
// copy.
// Thread: one for each host.
// Errors: kUnavailable where nobody can be reached, with ssh's words; those of lodging;
//         kCancelled when interrupted.
// Source: docs/decisions/021.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controller/fleet/agent_link.h"
#include "controller/fleet/process.h"
#include "controller/hosts/fleet_file.h"
#include "controller/hosts/lodging.h"
#include "controller/hosts/login.h"

namespace balcony::hosts {

// The agent that goes with this program, or that $BALCONY_AGENT names.
absl::StatusOr<AgentFile> FindAgent();

struct MovedIn {
  std::shared_ptr<fleet::Process> process;  // what leads there: ssh, or null
  std::unique_ptr<fleet::AgentLink> agent;
  std::string join;                // of one that is kept: the command that joins others to it
  std::string file = {};           // of one that was brought there: its name, with the version
  std::string login_address = {};  // of one that was dialled: where our connection comes to there
};

// `interruption` becomes readable when it is not to go on. An agent that somebody keeps is joined;
// with `keeps`, this one is to be kept: it listens on a path of the user's own, and others may
// share ssh's connection.
absl::StatusOr<MovedIn> MoveIn(const std::string& host, const Login& login, const Place& place,
                               const AgentFile& agent, bool keeps, int interruption);

}  // namespace balcony::hosts
