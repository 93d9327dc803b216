#include "agent/session.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/closing.h"
#include "agent/log.h"
#include "agent/refusal.h"

namespace balcony::agent {

std::shared_ptr<Session> Session::Open(Loop& loop, const Limits& limits, const Policy& policy,
                                       std::shared_ptr<Places::Place> place,
                                       std::shared_ptr<EventSink> sink,
                                       std::unique_ptr<Audit> audit) {
  std::shared_ptr<Session> session(
      new Session(loop, limits, policy, std::move(place), std::move(sink), std::move(audit)));
  session->number_ = loop.Join(session);
  return session;
}

void Session::End() {
  std::unique_ptr<Audit> audit;  // which writes its last line with no lock held
  std::vector<Tuple> connections;
  {
    MutexLock lock(mutex_);
    if (ended_) return;
    ended_ = true;
    audit = std::move(audit_);
    for (const uint64_t id : parking_.All()) Unpark(id);
    if (loop_.undertaker() != nullptr) connections = sockets_.Connections();
    sockets_.Clear();
    if (narrator_ != nullptr) {
      for (const Narration& narration : narrator_->End()) Narrate(narration);
    }
  }
  if (loop_.undertaker() != nullptr) loop_.undertaker()->Bury(std::move(connections));
  loop_.Leave(number_);
}

bool Session::UnderWay(uint64_t id) const {
  return parking_.Contains(id) || barriers_.contains(id);
}

absl::Status Session::CheckRoom(size_t bytes) const {
  if (const uint32_t limit = limits_.blocked_calls_per_session; parking_.size() >= limit) {
    return Refusal(absl::StatusCode::kResourceExhausted, "",
                   absl::StrCat("blocked_calls_per_session is ", limit, "; cancel some first"));
  }
  if (bytes == 0) return absl::OkStatus();
  const uint32_t limit = limits_.buffered_bytes_per_session;
  if (buffered_bytes_ + bytes <= limit) return place_->CheckRoom(bytes);
  return Refusal(absl::StatusCode::kResourceExhausted, "",
                 absl::StrCat("buffered_bytes_per_session is ", limit, ", and blocked calls hold ",
                              buffered_bytes_, "; wait for some, or cancel them"));
}

absl::Status Session::Begin(const Turn& turn, Sockets::Entry& entry, Direction direction,
                            bool waits, std::unique_ptr<BlockingCall> call) {
  return Begin(turn, entry.number, entry.socket, direction, waits, std::move(call));
}

absl::Status Session::Begin(const Turn& turn, std::unique_ptr<BlockingCall> call) {
  return Begin(turn, sockets_.NewNumber(), no_socket_, Direction::kIn, true, std::move(call));
}

absl::Status Session::Begin(const Turn& turn, uint32_t socket_number, Socket& socket,
                            Direction direction, bool waits, std::unique_ptr<BlockingCall> call) {
  // A connect that was answered takes its answer first: an error of the kernel's is told but once.
  if (parking_.IsConnecting(socket_number)) Advance(socket_number);
  const bool behind = IsBehind(socket_number, direction, waits, *call);
  // Before the first try, so that a refused call has changed nothing.
  if (call->IsReceive()) {
    absl::Status status = place_->CheckRoom();
    if (!status.ok()) return status;
  }
  if (waits || behind) {
    absl::Status status = CheckRoom(call->BufferedBytes());
    if (!status.ok()) return status;
  }
  const Progress progress = behind ? Progress::kBlocked : call->Try(socket);
  if (progress == Progress::kEnded) {
    Finish(turn, socket, *call, Ending::kAnswered, call->answer());
    return absl::OkStatus();
  }
  ParkedCall parked{.turn = turn,
                    .socket_number = socket_number,
                    .direction = direction,
                    .waits = waits,
                    .socket = &socket,
                    .call = std::move(call)};
  return Park(std::move(parked), progress);
}

// Whether the call has to wait before it is even tried.
bool Session::IsBehind(uint32_t socket_number, Direction direction, bool waits,
                       const BlockingCall& call) {
  if (direction == Direction::kEither) return false;
  const ParkedCall* front = parking_.Front(socket_number, direction);
  if (front != nullptr && (waits || !front->waits)) return true;
  return waits && call.IsReceive() && parking_.IsConnecting(socket_number);
}

absl::Status Session::Park(ParkedCall call, Progress progress) {
  if (const int answer = Watch(call); answer != 0) {
    return Refusal(absl::StatusCode::kResourceExhausted, "",
                   absl::StrCat("the agent can wait for no more sockets (epoll_ctl: ",
                                ErrnoName(answer), "); what the call has begun goes on"));
  }
  const size_t bytes = call.call->BufferedBytes();
  buffered_bytes_ += bytes;
  place_->Hold(bytes);
  ParkedCall& parked = parking_.Park(std::move(call));
  if (progress == Progress::kMore) loop_.Again(number_, parked.socket_number);
  if (progress == Progress::kBlocked && parked.waits) TellBlocked(parked);
  return absl::OkStatus();
}

int Session::Watch(const ParkedCall& call) {
  const int descriptor = call.call->Descriptor(*call.socket);
  if (!parking_.Any(call.socket_number)) {
    return loop_.Watch(number_, call.socket_number, descriptor, call.direction);
  }
  if (parking_.Front(call.socket_number, call.direction) != nullptr) return 0;
  return loop_.WatchBoth(number_, call.socket_number, descriptor);
}

void Session::TellBlocked(ParkedCall& call) {
  if (call.turn.has_blocked()) return;
  call.turn.blocked = clock().Now();
  Arm(call, call.turn.blocked);
  v1::Event event;
  event.set_id(call.turn.id);
  SetTimestamp(call.turn.blocked, event.mutable_blocked()->mutable_since());
  Keep(std::move(event));
}

void Session::Arm(ParkedCall& call, absl::Time now) {
  call.time_up = now + call.call->Allowance(*call.socket, call.direction);
  call.deadline = std::min(call.time_up, call.turn.blocked + call.turn.patience);
  if (call.deadline != absl::InfiniteFuture()) loop_.Add({call.deadline, number_, call.turn.id});
}

void Session::Advance(uint32_t socket_number) {
  // A poll takes nothing, and sees what is there before another takes it.
  AdvanceEach(socket_number);
  // A connect is among those that send, and has the first word.
  Advance(socket_number, Direction::kOut);
  Advance(socket_number, Direction::kIn);
}

void Session::Advance(uint32_t socket_number, Direction direction) {
  while (ParkedCall* front = parking_.Front(socket_number, direction)) {
    if (front->call->IsReceive() && parking_.IsConnecting(socket_number)) return;
    if (front->call->IsReceive() && !sink_->HasRoom()) {
      held_back_.insert(socket_number);
      return;
    }
    switch (front->call->Try(*front->socket)) {
      case Progress::kBlocked:
        TellBlocked(*front);
        return;
      case Progress::kMore:
        loop_.Again(number_, socket_number);
        return;
      case Progress::kEnded:
        const ParkedCall call = Unpark(front->turn.id);
        Finish(call.turn, *call.socket, *call.call, Ending::kAnswered, call.call->answer());
    }
  }
}

// The calls that are in no line.
void Session::AdvanceEach(uint32_t socket_number) {
  for (const uint64_t id : parking_.Of(socket_number, Direction::kEither)) {
    ParkedCall& parked = *parking_.Find(id);
    if (parked.call->Try(*parked.socket) == Progress::kBlocked) continue;
    const ParkedCall call = Unpark(id);
    Finish(call.turn, *call.socket, *call.call, Ending::kAnswered, call.call->answer());
  }
}

ParkedCall Session::Unpark(uint64_t id) {
  ParkedCall call = parking_.Leave(id);
  if (!parking_.Any(call.socket_number)) loop_.Unwatch(call.call->Descriptor(*call.socket));
  const size_t bytes = call.call->BufferedBytes();
  buffered_bytes_ -= bytes;
  place_->Release(bytes);
  if (call.deadline != absl::InfiniteFuture()) loop_.Remove({call.deadline, number_, id});
  return call;
}

void Session::Finish(const Turn& turn, const Socket& socket, BlockingCall& call, Ending ending,
                     int answer) {
  v1::Event event;
  event.set_id(turn.id);
  const bool succeeded = ending == Ending::kAnswered && answer == 0;
  v1::Outcome* outcome = call.Report(socket, succeeded, *event.mutable_done());
  switch (ending) {
    case Ending::kAnswered:
      if (!outcome->has_name_error()) SetAnswer(answer, outcome);
      break;
    case Ending::kTimedOut:
      outcome->mutable_timed_out();
      break;
    case Ending::kCancelled:
      outcome->mutable_cancelled()->set_reason("cancelled");
      break;
    case Ending::kClosed:
      outcome->mutable_cancelled()->set_reason("closed");
      break;
  }
  SetTimes(turn, clock().Now(), outcome);
  Keep(std::move(event));
}

void Session::CutShort(uint64_t id, Ending ending, int answer) {
  const ParkedCall call = Unpark(id);
  Finish(call.turn, *call.socket, *call.call, ending, answer);
  // It may have been waiting for more than those behind it do, and no new edge will tell.
  if (ending != Ending::kClosed) Advance(call.socket_number);
}

bool Session::Cancel(uint64_t id) {
  if (!parking_.Contains(id)) return false;
  CutShort(id, Ending::kCancelled);
  return true;
}

absl::Status Session::Close(const Turn& turn, Sockets::Entry& entry) {
  const absl::Duration linger = entry.socket.LingerTime();
  if (linger > absl::ZeroDuration()) {
    absl::Status status = CheckRoom(0);
    if (!status.ok()) return status;
  }
  for (const uint64_t id : parking_.Of(entry.number)) CutShort(id, Ending::kClosed);
  auto call = std::make_unique<Closing>(sockets_.Close(entry), linger, place_);
  Socket& socket = call->socket();
  const Progress progress = call->Try(socket);
  if (progress == Progress::kEnded) {
    Finish(turn, socket, *call, Ending::kAnswered, call->answer());
    return absl::OkStatus();
  }
  return Park({.turn = turn,
               .socket_number = entry.number,
               .direction = Direction::kOut,
               .socket = &socket,
               .call = std::move(call)},
              progress);
}

void Session::Barrier(const Turn& turn) {
  if (parking_.size() == 0) {
    AnswerBarrier(turn);
    return;
  }
  barriers_[turn.id] = turn;
  loop_.Settle(number_, turn.id);
}

void Session::Narrate(const std::optional<Narration>& narration) {
  if (narration) LogNarration(narration->text, narration->fields);
}

void Session::AnswerBarrier(const Turn& turn) {
  v1::Event event;
  event.set_id(turn.id);
  v1::BarrierResponse* response = event.mutable_done()->mutable_barrier();
  response->set_blocked(static_cast<uint32_t>(parking_.size()));
  SetAnswer(0, response->mutable_outcome());
  SetTimes(turn, clock().Now(), response->mutable_outcome());
  Keep(std::move(event));
}

}  // namespace balcony::agent
