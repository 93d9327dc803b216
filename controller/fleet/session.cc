#include "controller/fleet/session.h"

#include <chrono>
#include <future>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/fleet/edge.h"
#include "controller/wire/thread.h"

namespace balcony::fleet {
namespace {

// Beyond what gRPC was told to keep to; then it has no thread to tell on.
constexpr std::chrono::seconds kGrace(5);

// A question that gRPC may still be busy with when nobody waits for the answer any more.
struct Asked {
  grpc::ClientContext context;
  v1::DescribeRequest request;
  v1::DescribeResponse response;
  std::promise<grpc::Status> done;
  std::shared_ptr<Asked> itself;  // until gRPC has answered
};

// RefusalCode's numbers are those of gRPC, and so are Abseil's.
absl::Status ToStatus(const v1::Refused& refused) {
  return {static_cast<absl::StatusCode>(refused.code()), refused.message()};
}

}  // namespace

Session::Session(const std::shared_ptr<grpc::Channel>& channel,
                 std::function<absl::Status(const grpc::Status&)> why_lost)
    : why_lost_(std::move(why_lost)), stub_(v1::Agent::NewStub(channel)) {
  stub_->async()->Session(&context_, this);
  HandOver(this);
  AddHold();  // calls are written from outside of reactions
  StartRead(&event_);
  StartCall();
}

void Session::End::operator()(Session* session) const {
  if (session->BreakOff()) delete session;
}

bool Session::BreakOff() {
  context_.TryCancel();
  const auto give_up = std::chrono::steady_clock::now() + kGrace;
  wire::MutexLock lock(mutex_);
  while (!done_) {
    if (!lock.WaitUntil(over_, give_up)) return done_;
  }
  return true;
}

std::shared_ptr<PendingCall> Session::Start(v1::Call call) {
  std::shared_ptr<PendingCall> pending;
  {
    wire::MutexLock lock(mutex_);
    const uint64_t id = ++last_id_;
    pending = std::make_shared<PendingCall>(id);
    if (lost_.has_value()) {
      pending->TellEnded(*lost_);
      return pending;
    }
    call.set_id(id);
    pending_.emplace(id, Entry{pending});
    if (ending_) return pending;  // OnDone ends it
    if (writing_) {
      outbox_.push_back(std::move(call));
      return pending;
    }
    writing_ = true;
    call_ = std::move(call);
  }
  HandOver(&call_);
  StartWrite(&call_);
  return pending;
}

void Session::OnWriteDone(bool ok) {
  TakeBack(&call_);
  grpc::WriteOptions options;
  {
    wire::MutexLock lock(mutex_);
    if (!ok || ending_ || outbox_.empty()) {
      writing_ = false;
      if (ending_) LetEnd();
      return;
    }
    call_ = std::move(outbox_.front());
    outbox_.pop_front();
    if (!outbox_.empty()) options.set_buffer_hint();  // the next write follows at once
  }
  HandOver(&call_);
  StartWrite(&call_, options);
}

void Session::OnReadDone(bool ok) {
  TakeBack(this);
  if (!ok) {
    wire::MutexLock lock(mutex_);
    ending_ = true;
    if (!writing_) LetEnd();
    return;
  }
  Tell(Take(event_));
  HandOver(this);
  StartRead(&event_);
}

Session::Entry Session::Take(const v1::Event& event) {
  wire::MutexLock lock(mutex_);
  const auto entry = pending_.find(event.id());
  if (entry == pending_.end()) return {};
  if (event.has_blocked()) {
    if (!std::exchange(entry->second.blocked, true)) ++blocked_;
    return entry->second;
  }
  Entry taken = std::move(entry->second);
  pending_.erase(entry);
  return taken;
}

// A call counts as blocked until its end was told: whoever sees no blocked call may rely on what
// was told.
void Session::Tell(const Entry& entry) {
  if (entry.call == nullptr) return;
  if (event_.has_blocked()) return entry.call->TellBlocked();
  if (event_.has_done()) {
    entry.call->TellEnded(std::move(*event_.mutable_done()));
  } else {
    entry.call->TellEnded(ToStatus(event_.refused()));
  }
  if (entry.blocked) --blocked_;
}

void Session::LetEnd() {
  if (!std::exchange(released_, true)) RemoveHold();
}

void Session::OnDone(const grpc::Status& status) {
  TakeBack(this);
  const absl::Status lost = why_lost_(status);
  std::unordered_map<uint64_t, Entry> pending;
  {
    wire::MutexLock telling(tell_mutex_);
    {
      wire::MutexLock lock(mutex_);
      lost_ = lost;
      pending.swap(pending_);
      outbox_.clear();
    }
    if (tell_lost_) std::exchange(tell_lost_, nullptr)(lost);
  }
  blocked_ = 0;  // a barrier could not be asked for any more
  for (auto& [id, entry] : pending) entry.call->TellEnded(lost);
  wire::MutexLock lock(mutex_);  // the last to be given up: then the destructor goes on
  done_ = true;
  over_.notify_all();
}

void Session::WhenLost(std::function<void(const absl::Status&)> tell) {
  wire::MutexLock telling(tell_mutex_);
  const absl::Status lost = status();
  if (tell && !lost.ok()) {
    tell(lost);
  } else {
    tell_lost_ = std::move(tell);
  }
}

int Session::blocked_calls() { return blocked_; }

absl::Status Session::status() {
  wire::MutexLock lock(mutex_);
  return lost_.value_or(absl::OkStatus());
}

absl::StatusOr<v1::DescribeResponse> Session::Describe(absl::Duration patience) {
  const auto asked = std::make_shared<Asked>();
  const auto limit = absl::ToChronoNanoseconds(patience);
  asked->context.set_deadline(std::chrono::system_clock::now() + limit);
  std::future<grpc::Status> done = asked->done.get_future();
  asked->itself = asked;
  HandOver(asked.get());
  stub_->async()->Describe(&asked->context, &asked->request, &asked->response,
                           [asked = asked.get()](grpc::Status status) {
                             TakeBack(asked);
                             const std::shared_ptr<Asked> last = std::move(asked->itself);
                             last->done.set_value(std::move(status));
                           });
  if (done.wait_for(limit + kGrace) != std::future_status::ready) {
    asked->context.TryCancel();
    return absl::ResourceExhaustedError(
        absl::StrCat("gRPC is silent, as it is where it gets ", wire::kNoThread));
  }
  const grpc::Status status = done.get();
  if (status.ok()) return std::move(asked->response);
  if (absl::Status lost = this->status(); !lost.ok()) return lost;
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

}  // namespace balcony::fleet
