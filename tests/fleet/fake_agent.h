// An agent that says what a test tells it to, and makes no call.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "controller/fleet/agent_link.h"

namespace balcony::fleet {

class FakeAgent : public AgentLink {
 public:
  using Answer = std::function<absl::StatusOr<v1::Done>(const v1::Call&)>;

  // `answer` is asked at once; without one no call ever ends.
  explicit FakeAgent(v1::DescribeResponse description, Answer answer = nullptr)
      : description_(std::move(description)), answer_(std::move(answer)) {}

  std::shared_ptr<PendingCall> Start(v1::Call call) override {
    auto pending = std::make_shared<PendingCall>(++last_id_);
    if (answer_) pending->TellEnded(answer_(call));
    return pending;
  }
  int blocked_calls() override { return 0; }
  void WhenLost(std::function<void(const absl::Status&)> /*tell*/) override {}
  absl::Status status() override { return absl::OkStatus(); }
  void Lose(const std::string& /*why*/) override {}
  absl::StatusOr<v1::DescribeResponse> Describe() override { return description_; }

 private:
  const v1::DescribeResponse description_;
  const Answer answer_;
  uint64_t last_id_ = 0;
};

}  // namespace balcony::fleet
