#include "controller/run/run_state.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::run {
namespace {

void SendCancel(fleet::AgentLink& agent, uint64_t id) {
  v1::Call cancel;
  cancel.mutable_cancel()->set_id(id);
  agent.Start(std::move(cancel));  // its own answer tells nothing that the call's end does not
}

}  // namespace

Flight RunState::Start(size_t host, Request request, std::optional<absl::Duration> patience) {
  if (patience && *patience < absl::InfiniteDuration()) {
    *request.call.mutable_patience() = google::protobuf::util::TimeUtil::NanosecondsToDuration(
        absl::ToInt64Nanoseconds(*patience));
  }
  v1::Call call = request.call;
  const auto asked = std::chrono::steady_clock::now();
  Flight flight{host, std::move(request), fleet_.hosts[host].agent->Start(std::move(call)), asked};
  bool too_late = false;
  {
    const std::lock_guard lock(mutex_);
    under_way_.emplace(host, flight.call->id());
    too_late = failure_.has_value();
  }
  if (too_late) Cancel(flight);
  return flight;
}

void RunState::Cancel(const Flight& flight) {
  SendCancel(*fleet_.hosts[flight.host].agent, flight.call->id());
}

void RunState::Land(const Flight& flight) {
  const std::lock_guard lock(mutex_);
  under_way_.erase({flight.host, flight.call->id()});
}

void RunState::Leave(size_t host, const std::string& name, Background background) {
  const std::lock_guard lock(mutex_);
  backgrounds_.insert_or_assign({host, name}, std::move(background));
}

std::optional<Background> RunState::Join(size_t host, const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto found = backgrounds_.extract({host, name});
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped());
}

std::string RunState::FreshName(size_t host, const std::string& wanted) {
  const std::lock_guard lock(mutex_);
  const int uses = ++names_[{host, wanted}];
  return uses == 1 ? wanted : absl::StrCat(wanted, ".", uses);
}

void RunState::Fail(Failure failure) {
  std::set<std::pair<size_t, uint64_t>> to_cancel;
  {
    const std::lock_guard lock(mutex_);
    if (failure_) {
      if (failure_->place.empty()) failure_->place = std::move(failure.place);
      return;
    }
    failure_ = std::move(failure);
    to_cancel = under_way_;
  }
  for (const auto& [host, id] : to_cancel) SendCancel(*fleet_.hosts[host].agent, id);
}

bool RunState::failed() { return failure().has_value(); }

std::optional<Failure> RunState::failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

std::string RunState::LimitText() const {
  return absl::StrCat("the run has taken its limit of ", absl::FormatDuration(limit_),
                      "; --limit gives it longer");
}

absl::Duration RunState::remaining() {
  const absl::Duration spent = absl::FromChrono(std::chrono::steady_clock::now() - started_);
  return limit_ - (spent - setting_.input.waited());
}

}  // namespace balcony::run
