// The deadlines of parked calls.
// Thread: whoever holds the loop's mutex.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "absl/time/time.h"

namespace balcony::agent {

struct Deadline {
  absl::Time at;
  uint32_t guest = 0;
  uint64_t call = 0;

  friend bool operator<(const Deadline& a, const Deadline& b) {
    if (a.at != b.at) return a.at < b.at;
    return a.guest != b.guest ? a.guest < b.guest : a.call < b.call;
  }
};

class Timers {
 public:
  void Add(const Deadline& deadline) { deadlines_.insert(deadline); }
  void Remove(const Deadline& deadline) { deadlines_.erase(deadline); }

  // InfiniteFuture if there is none.
  absl::Time earliest() const {
    return deadlines_.empty() ? absl::InfiniteFuture() : deadlines_.begin()->at;
  }

  // Removes and gives those that have come, in order.
  std::vector<Deadline> TakeUpTo(absl::Time now);

 private:
  std::set<Deadline> deadlines_;
};

}  // namespace balcony::agent
