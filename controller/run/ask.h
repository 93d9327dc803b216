// Short questions to an agent, beside the steps of a script: they never block, and change nothing.
// Errors: kUnavailable where the agent is lost or does not answer: then nothing is known, which is
//         not the same as nothing being there.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "balcony/v1/session.pb.h"
#include "controller/fleet/agent_link.h"

namespace balcony::run {

// All TCP and UDP sockets of the agent's host.
absl::StatusOr<v1::SocketsResponse> AskSockets(fleet::AgentLink& agent);

// The routes of its main table.
absl::StatusOr<v1::RoutesResponse> AskRoutes(fleet::AgentLink& agent);

// The socket's own endpoint, and its peer's; absent where it has none.
absl::StatusOr<std::optional<v1::Endpoint>> AskLocal(fleet::AgentLink& agent,
                                                     const std::string& socket);
absl::StatusOr<std::optional<v1::Endpoint>> AskPeer(fleet::AgentLink& agent,
                                                    const std::string& socket);

}  // namespace balcony::run
