// The calls of a session that wait, first come first served for each socket and direction. Those
// that only gave way come before those that wait: they would have ended by now. Those of either
// direction are in no line: each is tried.
// Owns:   the calls. Borrows their sockets, which stay open for as long as a call of theirs is
//         parked.
// Thread: whoever holds the session's mutex.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "agent/blocking_call.h"
#include "agent/direction.h"
#include "agent/outcome.h"

namespace balcony::agent {

struct ParkedCall {
  Turn turn;
  uint32_t socket_number = 0;
  Direction direction = Direction::kIn;
  bool waits = true;  // false: it only gave way
  // Of use once it is blocked: when its time is up by the kernel's rule, and when it is looked at.
  absl::Time time_up = absl::InfiniteFuture();
  absl::Time deadline = absl::InfiniteFuture();
  Socket* socket = nullptr;
  std::unique_ptr<BlockingCall> call;
};

class Parking {
 public:
  // REQUIRES: no call with this id is parked.
  ParkedCall& Park(ParkedCall call);

  // The first in line, or null.
  ParkedCall* Front(uint32_t socket_number, Direction direction);

  // Whether a connect has begun and waits for its end.
  bool IsConnecting(uint32_t socket_number);

  bool Contains(uint64_t id) const { return by_id_.contains(id); }

  // Null if it is not parked.
  ParkedCall* Find(uint64_t id);

  // REQUIRES: it is parked.
  ParkedCall Leave(uint64_t id);

  // Whether any call waits for this socket.
  bool Any(uint32_t socket_number) const { return berths_.contains(socket_number); }

  // The calls that wait for this socket, in order of direction, then arrival.
  std::vector<uint64_t> Of(uint32_t socket_number) const;
  std::vector<uint64_t> Of(uint32_t socket_number, Direction direction) const;
  std::vector<uint64_t> All() const;

  size_t size() const { return by_id_.size(); }

 private:
  using Queue = std::list<ParkedCall>;
  struct Berth {
    Queue queues[3];
    Queue& of(Direction direction) { return queues[static_cast<size_t>(direction)]; }
    const Queue& of(Direction direction) const { return queues[static_cast<size_t>(direction)]; }
    bool empty() const;
  };

  std::unordered_map<uint32_t, Berth> berths_;  // none is empty
  std::unordered_map<uint64_t, Queue::iterator> by_id_;
};

}  // namespace balcony::agent
