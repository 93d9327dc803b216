// One message and the descriptors that travel with it, over a local socket that keeps packets
// apart.
// Shapes: a packet is sent or received whole; at most kMaxFds descriptors, close-on-exec on
//         arrival.
// Errors: ReceivePacket gives nullopt at the end of the conversation.
// Source: unix(7), SCM_RIGHTS; SOCK_SEQPACKET in socket(2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {

inline constexpr size_t kMaxFds = 250;                // the kernel's SCM_MAX_FD is 253
inline constexpr size_t kMaxPacketBytes = 128 << 10;  // within a socket's default send buffer

struct Packet {
  std::string message;
  std::vector<wire::Fd> fds;
};

// Waits while the other end is behind. kInvalidArgument for what is too large; kUnavailable where
// nobody listens.
absl::Status SendPacket(int socket, absl::string_view message, absl::Span<const int> fds);

// Waits for the next packet.
std::optional<Packet> ReceivePacket(int socket);

}  // namespace balcony::fleet
