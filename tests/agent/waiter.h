// Who made a call in a session without a stream, and waits for its end.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "agent/answers.h"
#include "tests/agent/host.h"

namespace balcony::agent {

class Waiter final : public Answers::Caller {
 public:
  void Answered(const v1::Event& event) override { Tell(event); }
  void Dropped() override { Tell({}); }

  // The call's last event; an empty one if the session has ended first.
  v1::Event Wait() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return told_ > 0; })) << "never told";
    return event_;
  }

  int told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  void Tell(const v1::Event& event) {
    const std::lock_guard lock(mutex_);
    event_ = event;
    ++told_;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  v1::Event event_;
  int told_ = 0;
};

}  // namespace balcony::agent
