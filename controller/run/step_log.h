// Where steps are told of as they end.
// Thread: a log is one lane's. A parallel block's lanes write logs of their own, which are replayed
//         in the file's order.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "balcony/v1/report.pb.h"

namespace balcony::run {

class StepLog {
 public:
  virtual ~StepLog() = default;

  // A step that one host did, or several at once. `prompt` is as the file has it: "client[*]>".
  virtual void Add(std::vector<v1::StepReport> steps, const std::string& prompt) = 0;
};

// Keeps steps until their turn comes.
class KeptLog : public StepLog {
 public:
  void Add(std::vector<v1::StepReport> steps, const std::string& prompt) override {
    kept_.emplace_back(std::move(steps), prompt);
  }
  void ReplayInto(StepLog& log) {
    for (auto& [steps, prompt] : kept_) log.Add(std::move(steps), prompt);
    kept_.clear();
  }

 private:
  std::vector<std::pair<std::vector<v1::StepReport>, std::string>> kept_;
};

}  // namespace balcony::run
