#include "agent/sockets.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr size_t kClosedKnown = 10'000;

}  // namespace

absl::StatusOr<Sockets::Entry*> Sockets::Named(const std::string& name) {
  const auto found = entries_.find(name);
  if (found != entries_.end()) return &found->second;
  return Refusal(absl::StatusCode::kNotFound, "socket",
                 absl::StrCat("no socket ", Quoted(name), " in this session"));
}

absl::StatusOr<Sockets::Entry*> Sockets::OpenNamed(const std::string& name) {
  absl::StatusOr<Entry*> entry = Named(name);
  if (!entry.ok() || (*entry)->socket.is_open()) return entry;
  return Refusal(absl::StatusCode::kFailedPrecondition, "socket",
                 absl::StrCat("socket ", Quoted(name), " is closed"));
}

absl::Status Sockets::CheckFree(const std::string& field, const std::string& name) const {
  const auto found = entries_.find(name);
  if (promised_.contains(name) || (found != entries_.end() && found->second.socket.is_open())) {
    return Refusal(absl::StatusCode::kAlreadyExists, field,
                   absl::StrCat("the name ", Quoted(name), " is taken; close its socket first"));
  }
  if (open_ + promised_.size() >= at_most_) {
    return Refusal(absl::StatusCode::kResourceExhausted, field,
                   absl::StrCat("sockets_per_session is ", at_most_, "; close some first"));
  }
  return place_->CheckSocket(field);
}

void Sockets::Put(const std::string& name, Socket socket) {
  entries_[name] = Entry{++last_number_, name, std::move(socket)};
  ++open_;
  place_->HoldSockets(1);
}

void Sockets::Promise(const std::string& name) {
  promised_.insert(name);
  place_->HoldSockets(1);
}

void Sockets::Unpromise(const std::string& name) {
  promised_.erase(name);
  place_->ReleaseSockets(1);
}

Socket Sockets::Close(Entry& entry) {
  --open_;
  place_->ReleaseSockets(1);
  Socket closing = entry.socket.GiveAway();
  closed_.emplace_back(entry.number, entry.name);
  if (closed_.size() > kClosedKnown) ForgetOldest();
  return closing;
}

void Sockets::ForgetOldest() {
  const auto& [number, name] = closed_.front();
  const auto found = entries_.find(name);
  // Unless its name has been given to another since.
  if (found != entries_.end() && found->second.number == number) entries_.erase(found);
  closed_.pop_front();
}

std::vector<Tuple> Sockets::Connections() {
  std::vector<Tuple> tuples;
  for (auto& [name, entry] : entries_) {
    const Tuple& tuple = entry.socket.tuple();
    const bool is_tcp = tuple.transport == v1::TRANSPORT_TCP;
    if (is_tcp && tuple.local.known() && tuple.peer.known()) tuples.push_back(tuple);
  }
  return tuples;
}

void Sockets::Clear() {
  entries_.clear();
  closed_.clear();
  place_->ReleaseSockets(open_);
  open_ = 0;
}

}  // namespace balcony::agent
