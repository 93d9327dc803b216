// The links of a local fleet: a switch in user space between TAP interfaces, one for each LAN.
// Owns:   the TAP descriptors, and a thread that carries frames from one to the others.
// Thread: any.
// Shapes: a frame is carried whole and at once, or, where the receiver's interface takes none,
//         dropped and counted.
// Source: docs/decisions/006; linux/Documentation/networking/tuntap.rst.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/wire/fd.h"

namespace balcony::wire {

using MacAddress = std::array<uint8_t, 6>;

// One host's attachment to one LAN.
struct Port {
  Fd tap;  // non-blocking, frames without packet information (IFF_TAP | IFF_NO_PI)
  MacAddress mac;
  int lan = 0;
};

class Wire {
 public:
  // kInvalidArgument for a LAN below 0; kResourceExhausted where the kernel gives no descriptor or
  // thread.
  static absl::StatusOr<std::unique_ptr<Wire>> Start(std::vector<Port> ports);
  virtual ~Wire() = default;  // stops the thread, closes the TAPs

  // Carries frames until every TAP is empty. When it returns, each frame is through its receiver's
  // stack. Gives how many frames the wire has carried since its start. Hosts that never pause are
  // not waited for: it returns after ten seconds at most.
  virtual uint64_t Drain() = 0;

  // Frames that a receiver's interface did not take, since the start: 0 unless it is down or the
  // kernel out of memory.
  virtual uint64_t dropped() { return 0; }
};

}  // namespace balcony::wire
