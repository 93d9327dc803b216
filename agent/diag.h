// What the kernel knows of sockets, asked of it by address and not through a descriptor.
// Owns:   its way to the kernel.
// Thread: whoever holds the session's mutex.
// Shapes: TIME-WAIT, connections nobody has accepted yet and other people's sockets are seen too;
//         nothing is changed by looking.
// Units:  bytes, connections and the backlog, as in observe.proto.
// Errors: 0, or the errno of sock_diag(7).
// Source: sock_diag(7), linux/inet_diag.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "agent/endpoint.h"
#include "agent/netlink.h"
#include "agent/socket.h"
#include "balcony/v1/observe.pb.h"

namespace balcony::agent {

class Diag {
 public:
  Diag();

  struct Timer {
    v1::TimerKind kind = v1::TIMER_KIND_UNSPECIFIED;
    absl::Duration expires;
    uint32_t retransmits = 0;
  };

  struct Row {
    v1::Transport transport = v1::TRANSPORT_UNSPECIFIED;
    v1::State state = v1::STATE_UNSPECIFIED;
    Address local;
    Address peer;
    uint32_t recv_queue = 0;
    uint32_t send_queue = 0;
    std::optional<Timer> timer;
    std::optional<uint32_t> uid;  // who made it
    // Where they were asked for and the kernel has them: struct tcp_info, as many bytes of it as
    // the kernel knows, and the name of the congestion control.
    std::string tcp_info;
    std::string congestion;
  };

  enum class Detail { kRow, kTcpInfo };

  // The one with exactly this tuple; none if the kernel knows no such. REQUIRES:
  // tuple.local.known().
  int Find(const Tuple& tuple, Detail detail, std::optional<Row>& row);

  // Ends it at once, whatever state it is in. EPERM without CAP_NET_ADMIN. TCP only.
  int Destroy(const Tuple& tuple);

  // Adds all of one family and transport, in the kernel's order.
  int List(v1::Family family, v1::Transport transport, std::vector<Row>& rows);

 private:
  Netlink netlink_;
};

}  // namespace balcony::agent
