#include "agent/connection_rate.h"

#include <algorithm>

#include "agent/network.h"

namespace balcony::agent {
namespace {

constexpr absl::Duration kFull = absl::Seconds(1);
constexpr size_t kCustomerBytes = 8;

}  // namespace

std::string PlaceOf(const Address& peer) {
  const Address plain = Unmapped(peer);
  const auto* const bytes = static_cast<const char*>(plain.bytes());
  return {bytes, plain.family() == AF_INET ? plain.bytes_size() : kCustomerBytes};
}

bool ConnectionRate::Allows(const std::string& place, absl::Time now) {
  Forget(now);
  Bucket& bucket = buckets_.try_emplace(place, Bucket{per_second_, now}).first->second;
  const double filled = absl::ToDoubleSeconds(now - bucket.filled) * per_second_;
  bucket = {std::min(per_second_, bucket.room + filled), now};
  if (bucket.room < 1) return false;
  bucket.room -= 1;
  return true;
}

// A bucket that nobody drew from for a second is full, as a new one is.
void ConnectionRate::Forget(absl::Time now) {
  if (now - forgot_ < kFull) return;
  forgot_ = now;
  std::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.filled >= kFull; });
}

}  // namespace balcony::agent
