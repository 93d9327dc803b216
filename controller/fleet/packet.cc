#include "controller/fleet/packet.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace balcony::fleet {
namespace {

union Control {
  char bytes[CMSG_SPACE(sizeof(int) * kMaxFds)];
  cmsghdr aligned;
};

void Attach(msghdr& header, Control& control, absl::Span<const int> fds) {
  if (fds.empty()) return;
  header.msg_control = control.bytes;
  header.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
  cmsghdr* const rights = CMSG_FIRSTHDR(&header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
  memcpy(CMSG_DATA(rights), fds.data(), sizeof(int) * fds.size());
}

std::vector<wire::Fd> Detach(msghdr& header) {
  std::vector<wire::Fd> fds;
  for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int fd = -1;
      memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof(int));
      fds.emplace_back(fd);
    }
  }
  return fds;
}

}  // namespace

absl::Status SendPacket(int socket, absl::string_view message, absl::Span<const int> fds) {
  if (message.size() > kMaxPacketBytes || fds.size() > kMaxFds) {
    return absl::InvalidArgumentError(absl::StrCat("a packet of ", message.size(), " bytes and ",
                                                   fds.size(), " descriptors is too large"));
  }
  iovec part{.iov_base = const_cast<char*>(message.data()), .iov_len = message.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  Control control{};
  Attach(header, control, fds);
  ssize_t sent = 0;
  do {
    sent = sendmsg(socket, &header, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent >= 0) return absl::OkStatus();
  if (errno == EPIPE || errno == ECONNRESET) return absl::UnavailableError("nobody listens");
  return absl::ErrnoToStatus(errno, "send a packet");
}

std::optional<Packet> ReceivePacket(int socket) {
  Packet packet;
  packet.message.resize(kMaxPacketBytes);
  iovec part{.iov_base = packet.message.data(), .iov_len = packet.message.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  Control control{};
  header.msg_control = control.bytes;
  header.msg_controllen = sizeof(control.bytes);
  ssize_t size = 0;
  do {
    size = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return std::nullopt;
  packet.message.resize(static_cast<size_t>(size));
  packet.fds = Detach(header);
  return packet;
}

}  // namespace balcony::fleet
