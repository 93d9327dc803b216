#include "agent/denials.h"

#include <algorithm>
#include <utility>

namespace balcony::agent {
namespace {

constexpr absl::Duration kOneMoreEach = absl::Seconds(1);

}  // namespace

std::optional<uint64_t> Denials::Tell(absl::Time now) {
  const auto gained =
      static_cast<uint32_t>(std::min<int64_t>(kBurst, (now - refilled_) / kOneMoreEach));
  if (gained > 0) {
    room_ = std::min(kBurst, room_ + gained);
    refilled_ = now;
  }
  if (room_ == 0) {
    ++left_out_;
    return std::nullopt;
  }
  --room_;
  return std::exchange(left_out_, 0);
}

}  // namespace balcony::agent
