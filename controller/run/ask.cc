#include "controller/run/ask.h"

#include <utility>

namespace balcony::run {

absl::StatusOr<v1::SocketsResponse> AskSockets(fleet::AgentLink& agent) {
  v1::Call call;
  call.mutable_sockets();
  const auto done = fleet::Ask(agent, std::move(call));
  if (!done.ok()) return done.status();
  return done->sockets();
}

absl::StatusOr<v1::RoutesResponse> AskRoutes(fleet::AgentLink& agent) {
  v1::Call call;
  call.mutable_routes();
  const auto done = fleet::Ask(agent, std::move(call));
  if (!done.ok()) return done.status();
  return done->routes();
}

absl::StatusOr<std::optional<v1::Endpoint>> AskLocal(fleet::AgentLink& agent,
                                                     const std::string& socket) {
  v1::Call call;
  call.mutable_getsockname()->set_socket(socket);
  const auto done = fleet::Ask(agent, std::move(call));
  if (absl::IsUnavailable(done.status())) return done.status();
  if (!done.ok() || !done->getsockname().has_local()) return std::nullopt;
  return done->getsockname().local();
}

absl::StatusOr<std::optional<v1::Endpoint>> AskPeer(fleet::AgentLink& agent,
                                                    const std::string& socket) {
  v1::Call call;
  call.mutable_getpeername()->set_socket(socket);
  const auto done = fleet::Ask(agent, std::move(call));
  if (absl::IsUnavailable(done.status())) return done.status();
  if (!done.ok() || !done->getpeername().has_peer()) return std::nullopt;
  return done->getpeername().peer();
}

}  // namespace balcony::run
