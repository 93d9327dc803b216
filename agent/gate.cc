#include "agent/gate.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "agent/log.h"
#include "agent/outcome.h"

namespace balcony::agent {
namespace {

constexpr int kShortOfDescriptorsMs = 100;

// For poll(2), which knows no more than whole milliseconds: too late rather than too early.
int Milliseconds(absl::Duration time) {
  if (time == absl::InfiniteDuration()) return -1;
  return static_cast<int>(
      std::min<int64_t>(absl::ToInt64Milliseconds(time) + 1, std::numeric_limits<int>::max()));
}

}  // namespace

absl::Status Gate::Serve(const Fd& signals, const Fd& stream) {
  for (;;) {
    const int patience = Milliseconds(connections_.DropSilent(clock_.Now()));
    pollfd events[] = {{signals.get(), POLLIN, 0},
                       {stream.get(), POLLRDHUP, 0},
                       {connections_.descriptor(), POLLIN, 0},
                       {certificates_ == nullptr ? -1 : certificates_->descriptor(), POLLIN, 0},
                       {listener_.descriptor(), POLLIN, 0}};
    if (poll(events, std::size(events), patience) < 0) {
      if (errno == EINTR) continue;
      return absl::UnavailableError(ErrnoName(errno));
    }
    if (events[0].revents != 0 || events[1].revents != 0) return absl::OkStatus();
    // First, so that there is room for whoever comes.
    if (events[2].revents != 0) connections_.DropEnded();
    if (events[3].revents != 0) certificates_->Changed();
    if (events[4].revents != 0 && !TakeOne()) poll(events, 3, kShortOfDescriptorsMs);
  }
}

bool Gate::TakeOne() {
  Arrival arrival = listener_.Accept();
  if (arrival.connection.ok()) {
    if (connections_.Admit(arrival, clock_.Now())) server_.Take(std::move(arrival.connection));
    is_short_ = false;
    return true;
  }
  if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return true;
  if (!is_short_) LogWarning("out of descriptors or memory: a client waits");
  is_short_ = true;
  return false;
}

}  // namespace balcony::agent
