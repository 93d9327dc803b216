#include "agent/outbox.h"

#include <utility>

namespace balcony::agent {
namespace {

// Reading pauses above the first, or above the second where the client has too much already, and
// goes on below the third. By bytes and never by calls in flight: a cancel must always get in.
constexpr size_t kFullBytes = 4 * 1024 * 1024;
constexpr size_t kLeastBytes = 64 * 1024;
constexpr size_t kShortBytes = 1024 * 1024;

}  // namespace

void Outbox::Keep(v1::Event event) {
  MutexLock lock(mutex_);
  if (closing_ || broken_) return;
  const size_t bytes = event.ByteSizeLong();
  bytes_ += bytes;
  place_->Hold(bytes);
  queue_.push_back({std::move(event), bytes});
}

void Outbox::Written(bool ok) {
  bool resume = false;
  bool refill = false;
  {
    MutexLock lock(mutex_);
    bytes_ -= queue_.front().bytes;
    place_->Release(queue_.front().bytes);
    queue_.pop_front();
    if (!ok) broken_ = true;
    resume = paused_ && bytes_ < kShortBytes;
    refill = turned_away_ && bytes_ < kShortBytes;
    if (resume) paused_ = false;
    if (refill) turned_away_ = false;
  }
  // The token is still ours, so the stream lives.
  if (resume) stream_.Resume();
  if (refill) stream_.Refill();
  {
    MutexLock lock(mutex_);
    writing_ = false;
  }
  Send();
}

bool Outbox::Overflows() const {
  return bytes_ > kFullBytes || (bytes_ > kLeastBytes && !place_->HasRoom());
}

bool Outbox::HasRoom() {
  MutexLock lock(mutex_);
  if (!Overflows() || broken_ || closing_) return true;
  turned_away_ = true;  // until it is told, whoever asks in between
  return false;
}

bool Outbox::IsFull() {
  MutexLock lock(mutex_);
  paused_ = Overflows() && !broken_;
  return paused_;
}

void Outbox::Close(bool broken) {
  {
    MutexLock lock(mutex_);
    closing_ = true;
    broken_ = broken_ || broken;
  }
  Send();
}

void Outbox::Send() {
  const v1::Event* next = nullptr;
  bool more = false;
  bool broken = false;
  {
    MutexLock lock(mutex_);
    if (writing_ || finished_) return;
    if (!queue_.empty() && !broken_) {
      // A deque's elements stay where they are when others are added behind.
      next = &queue_.front().event;
      more = queue_.size() > 1;
      writing_ = true;
    } else if (closing_) {
      finished_ = true;
      broken = broken_;
    } else {
      return;
    }
  }
  if (next != nullptr) {
    stream_.Write(*next, more);
  } else {
    stream_.Finish(broken);
  }
}

}  // namespace balcony::agent
