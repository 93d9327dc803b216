// Socket calls as messages, and doing them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "balcony/v1/session.pb.h"
#include "controller/fleet/agent_link.h"

namespace balcony::fleet {

v1::Call Tcp(const std::string& name);
v1::Call Tcp6(const std::string& name);
v1::Call Udp(const std::string& name);
v1::Call Bind(const std::string& socket, const std::string& address, uint32_t port);
v1::Call Listen(const std::string& socket);
v1::Call Accept(const std::string& socket, const std::string& connection);
v1::Call Connect(const std::string& socket, const std::string& address, uint32_t port);
v1::Call Sendall(const std::string& socket, const std::string& unit, uint64_t count);
v1::Call Sendto(const std::string& socket, const std::string& text, const std::string& address,
                uint32_t port);
v1::Call Recv(const std::string& socket, int64_t max_bytes);
v1::Call Recvfrom(const std::string& socket, int64_t max_bytes);
v1::Call State(const std::string& socket);
v1::Call Queues(const std::string& socket);
v1::Call Sockets();
v1::Call Close(const std::string& socket);
v1::Call SetSysctl(const std::string& name, const std::string& value);

inline constexpr absl::Duration kPatience = absl::Seconds(20);

// Does the call and waits for its end.
absl::StatusOr<v1::Done> Do(AgentLink& agent, v1::Call call);

// Starts the call, which must block.
std::shared_ptr<PendingCall> DoBlocked(AgentLink& agent, v1::Call call);

// Has `door`, a new TCP socket, listen there.
void ListenOn(AgentLink& agent, const std::string& address, uint32_t port);

}  // namespace balcony::fleet
