#include "agent/answers.h"

namespace balcony::agent {

uint64_t Answers::Expect(Caller& caller) {
  MutexLock lock(mutex_);
  if (closed_) return 0;
  waiting_.emplace(++last_id_, &caller);
  return last_id_;
}

void Answers::Keep(v1::Event event) {
  // Whoever asked without a stream hears of the end alone.
  if (event.has_blocked()) return;
  MutexLock lock(mutex_);
  const auto found = waiting_.find(event.id());
  if (found == waiting_.end()) return;
  answered_.emplace_back(found->second, std::move(event));
  waiting_.erase(found);
}

bool Answers::HasRoom() { return unwritten_ == 0 || place_->HasRoom(); }

void Answers::Hold(uint64_t bytes) {
  ++unwritten_;
  place_->Hold(bytes);
}

void Answers::Release(uint64_t bytes) {
  place_->Release(bytes);
  --unwritten_;
}

void Answers::Send() {
  std::vector<std::pair<Caller*, v1::Event>> now;
  {
    MutexLock lock(mutex_);
    now.swap(answered_);
  }
  for (const auto& [caller, event] : now) caller->Answered(event);
}

void Answers::Close() {
  std::unordered_map<uint64_t, Caller*> dropped;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    dropped.swap(waiting_);
  }
  Send();
  for (const auto& [id, caller] : dropped) caller->Dropped();
}

}  // namespace balcony::agent
