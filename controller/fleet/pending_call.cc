#include <chrono>
#include <utility>

#include "controller/fleet/agent_link.h"

namespace balcony::fleet {
namespace {

// The furthest that condition_variable counts without overflow.
constexpr absl::Duration kForever = absl::Hours(24 * 365);

template <typename Predicate>
bool WaitAtMost(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                absl::Duration limit, Predicate reached) {
  if (reached()) return true;
  const auto time = std::chrono::steady_clock::now() +
                    absl::ToChronoNanoseconds(limit < kForever ? limit : kForever);
  return changed.wait_until(lock, time, reached);
}

}  // namespace

bool PendingCall::WaitUntilKnown(absl::Duration limit) {
  std::unique_lock lock(mutex_);
  return WaitAtMost(changed_, lock, limit, [this] { return blocked_ || result_.has_value(); });
}

bool PendingCall::WaitUntilEnded(absl::Duration limit) {
  std::unique_lock lock(mutex_);
  return WaitAtMost(changed_, lock, limit, [this] { return result_.has_value(); });
}

bool PendingCall::blocked() {
  std::lock_guard lock(mutex_);
  return blocked_ && !result_.has_value();
}

bool PendingCall::ended() {
  std::lock_guard lock(mutex_);
  return result_.has_value();
}

const absl::StatusOr<v1::Done>& PendingCall::result() {
  std::lock_guard lock(mutex_);
  return *result_;  // written once, so it may be read without the mutex from here on
}

void PendingCall::TellBlocked() {
  std::lock_guard lock(mutex_);
  blocked_ = true;
  changed_.notify_all();
}

void PendingCall::TellEnded(absl::StatusOr<v1::Done> result) {
  {
    std::lock_guard lock(mutex_);
    result_ = std::move(result);
  }
  // Unlocked, so that whoever wakes up can go on; the caller holds the call.
  changed_.notify_all();
}

absl::StatusOr<v1::Done> Ask(AgentLink& agent, v1::Call call, absl::Duration limit) {
  const auto pending = agent.Start(std::move(call));
  if (pending->WaitUntilEnded(limit)) return pending->result();
  return absl::UnavailableError("the agent does not answer");
}

}  // namespace balcony::fleet
