// Agents that the user names: --agent HOST=WHERE.
// Shapes: WHERE is unix:PATH, ADDRESS:PORT, or else a command. An address is dialled with TLS where
//         there is a folder for it, and in plain text otherwise.
// Errors: kInvalidArgument for an address that cannot be dialled, or, without TLS, is not this
//         machine's own; kUnavailable where nobody answers. Messages say what is wrong with WHERE
//         without it.
// Source: docs/decisions/002.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "controller/fleet/agent_link.h"
#include "controller/fleet/channel.h"
#include "controller/fleet/process.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {

// The way to an agent.
struct GivenStream {
  wire::Fd stream;                         // none where there is a channel
  std::shared_ptr<grpc::Channel> channel;  // with TLS; it dials later
  bool hello = false;                // a command's agent says hello; one that listens does not
  std::shared_ptr<Process> process;  // the command; null for an agent that listens
};

// Whether there is a way to try at all; nothing is dialled or started.
absl::Status CheckGiven(const std::string& where, const Tls& tls);

// Sets out: a command is started, a socket connected.
absl::StatusOr<GivenStream> ReachGiven(const std::string& where, const Tls& tls);

// Comes back when the agent has said who it is, or is a command's and has said hello.
absl::StatusOr<std::unique_ptr<AgentLink>> JoinGiven(const std::string& host, GivenStream reached);

}  // namespace balcony::fleet
