// Interfaces and addresses of the calling thread's network namespace.
// Owns:   a netlink socket.
// Thread: one.
// Errors: a kernel's refusal is the status of its errno, and says what was to be done.
// Source: rtnetlink(7); libnl-route.
#pragma once

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct nl_sock;

namespace balcony::fleet {

class Netlink {
 public:
  static absl::StatusOr<Netlink> Open();

  absl::Status BringUp(const std::string& interface);

  // REQUIRES: the interface is down. `mac` has 6 bytes; `queue_frames` is how many frames may wait
  // in it.
  absl::Status Configure(const std::string& interface, absl::string_view mac, unsigned mtu_bytes,
                         unsigned queue_frames);

  // The address is usable at once: IPv6 does not look for a duplicate first.
  absl::Status AddAddress(const std::string& interface, const std::string& address,
                          unsigned prefix_length);

 private:
  struct Closer {
    void operator()(nl_sock* socket) const;
  };
  explicit Netlink(nl_sock* socket) : socket_(socket) {}

  std::unique_ptr<nl_sock, Closer> socket_;
};

}  // namespace balcony::fleet
