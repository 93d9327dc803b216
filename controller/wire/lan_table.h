// Who receives a frame: ports by LAN and by Ethernet address.
// Shapes: a port is its index in the order of adding; pure, knows no descriptors.
// Thread: immutable once filled, read by any.
// Source: IEEE 802.3 clause 3 (the frame), IEEE 802.1D (a bridge floods what it cannot place).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "controller/wire/wire.h"

namespace balcony::wire {

class LanTable {
 public:
  // REQUIRES: lan >= 0.
  void Add(const MacAddress& mac, int lan);

  // Calls `deliver` with each port that a frame from `sender` goes to: the one that has the
  // destination address, or all others of the LAN if it is a group's or nobody's. A runt, without a
  // whole header, goes nowhere.
  void ForEachReceiver(size_t sender, std::span<const uint8_t> frame,
                       absl::FunctionRef<void(size_t port)> deliver) const;

 private:
  struct Lan {
    std::vector<size_t> ports;
    std::unordered_map<uint64_t, size_t> by_address;
  };
  std::vector<Lan> lans_;
  std::vector<size_t> lan_of_port_;
};

}  // namespace balcony::wire
