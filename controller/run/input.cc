#include "controller/run/input.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <iostream>

namespace balcony::run {

Input::Input(int in, std::ostream* out)
    : in_(in), out_(out), interruption_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

absl::StatusOr<std::string> Input::Ask(const std::string& prompt) {
  const std::lock_guard lock(mutex_);
  if (out_ != nullptr) *out_ << prompt << std::flush;
  const auto asked = std::chrono::steady_clock::now();
  const bool filled = Fill();
  waited_ += absl::FromChrono(std::chrono::steady_clock::now() - asked);
  if (!filled || typed_.empty()) {
    if (out_ != nullptr) *out_ << "\n";  // the end of an input has no newline of its own
    if (filled) return absl::OutOfRangeError("the input has ended");
    return absl::CancelledError("nobody is asked any more");
  }
  const size_t end = typed_.find('\n');
  std::string line = typed_.substr(0, end);
  typed_.erase(0, end == std::string::npos ? end : end + 1);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

bool Input::Fill() {
  char some[4096];
  while (!ended_ && typed_.find('\n') == std::string::npos) {
    pollfd ready[] = {{in_, POLLIN, 0}, {interruption_.get(), POLLIN, 0}};
    if (poll(ready, 2, -1) < 0 && errno == EINTR) continue;
    if (ready[1].revents != 0) return false;
    const ssize_t count = read(in_, some, sizeof some);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ended_ = true;
    if (count > 0) typed_.append(some, static_cast<size_t>(count));
  }
  return true;
}

absl::Duration Input::waited() {
  const std::lock_guard lock(mutex_);
  return waited_;
}

bool Input::Interrupt(const std::string& why) {
  const std::lock_guard lock(end_mutex_);
  if (!begun_) return false;
  why_ = why;
  if (end_) end_(why_);
  eventfd_write(interruption_.get(), 1);  // after the run has its reason
  return true;
}

bool Input::interrupted() {
  const std::lock_guard lock(end_mutex_);
  return !why_.empty();
}

void Input::GiveUp() { eventfd_write(interruption_.get(), 1); }

void Input::WhenInterrupted(std::function<void(const std::string&)> end) {
  const std::lock_guard lock(end_mutex_);
  end_ = std::move(end);
  begun_ = begun_ || end_;
  if (end_ && !why_.empty()) end_(why_);
  eventfd_t given_up = 0;  // in the run before this one
  if (end_ && why_.empty()) eventfd_read(interruption_.get(), &given_up);
}

}  // namespace balcony::run
