#include "agent/places.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

// Whether someone who has `own` of what is taken may have `more`.
bool IsFair(uint64_t most, uint64_t taken, uint64_t own, uint64_t more) {
  const uint64_t left = most > taken ? most - taken : 0;
  return own <= left && more <= left;
}

constexpr char kForAll[] = " for all clients, and who has more than is left gets no more; ";

}  // namespace

Places::Place::Place(const Limits& limits, std::shared_ptr<Count> whole,
                     std::shared_ptr<Count> client)
    : most_sockets_(limits.sockets),
      most_bytes_(limits.buffered_bytes),
      whole_(std::move(whole)),
      client_(std::move(client)) {
  Add(&Count::sessions, 1);
}

Places::Place::~Place() {
  for (const auto what : {&Count::bytes, &Count::sockets, &Count::sessions}) {
    Subtract(what, own_.*what);
  }
}

void Places::Place::Add(std::atomic<uint64_t> Count::*what, uint64_t amount) {
  for (Count* count : {&own_, client_.get(), whole_.get()}) count->*what += amount;
}

void Places::Place::Subtract(std::atomic<uint64_t> Count::*what, uint64_t amount) {
  for (Count* count : {&own_, client_.get(), whole_.get()}) count->*what -= amount;
}

bool Places::Place::HasRoom(uint64_t bytes) const {
  return IsFair(most_bytes_, whole_->bytes, client_->bytes, bytes);
}

absl::Status Places::Place::CheckRoom(uint64_t bytes) const {
  if (HasRoom(bytes)) return absl::OkStatus();
  return Refusal(absl::StatusCode::kResourceExhausted, "",
                 absl::StrCat("buffered_bytes is ", most_bytes_, kForAll,
                              "read answers first, or cancel calls"));
}

void Places::Place::Hold(uint64_t bytes) { Add(&Count::bytes, bytes); }
void Places::Place::Release(uint64_t bytes) { Subtract(&Count::bytes, bytes); }

absl::Status Places::Place::CheckSocket(const std::string& field) const {
  if (IsFair(most_sockets_, whole_->sockets, client_->sockets, 1)) return absl::OkStatus();
  return Refusal(absl::StatusCode::kResourceExhausted, field,
                 absl::StrCat("sockets is ", most_sockets_, kForAll, "close some first"));
}

void Places::Place::HoldSockets(uint64_t count) { Add(&Count::sockets, count); }
void Places::Place::ReleaseSockets(uint64_t count) { Subtract(&Count::sockets, count); }

absl::StatusOr<std::shared_ptr<Places::Place>> Places::Take(const std::string& client) {
  MutexLock lock(mutex_);
  std::erase_if(clients_, [](const auto& known) { return known.second.expired(); });
  std::weak_ptr<Count>& known = clients_[client];
  std::shared_ptr<Count> count = known.lock();
  if (count == nullptr) known = count = std::make_shared<Count>();
  if (!IsFair(limits_.sessions, whole_->sessions, count->sessions, 1)) {
    return Refusal(absl::StatusCode::kResourceExhausted, "",
                   absl::StrCat("sessions is ", limits_.sessions, kForAll, "end some first"));
  }
  return std::shared_ptr<Place>(new Place(limits_, whole_, count));
}

}  // namespace balcony::agent
