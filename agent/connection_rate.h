// How many connections a second come from one place, and whether one more may.
// Owns:   a bucket for each place seen in the last second: an IPv4 address, or an IPv6 /64, which
//         is what one customer gets.
// Thread: one at a time.
// Shapes: after a second of silence a place may open a second's worth at once.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "absl/time/time.h"
#include "agent/endpoint.h"

namespace balcony::agent {

// Four bytes of IPv4, also where IPv6 carries it, or the first eight of IPv6.
std::string PlaceOf(const Address& peer);

class ConnectionRate {
 public:
  explicit ConnectionRate(uint32_t per_second) : per_second_(per_second) {}

  // Counts the connection if it may come.
  bool Allows(const std::string& place, absl::Time now);

 private:
  struct Bucket {
    double room = 0;
    absl::Time filled;
  };

  void Forget(absl::Time now);

  const double per_second_;
  absl::Time forgot_ = absl::InfinitePast();
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace balcony::agent
