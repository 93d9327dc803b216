// What all clients share, whichever door they come through: places for sessions, their sockets, and
// the bytes of payload that they hold in memory.
// Shapes: whoever has more than is left to the others gets no more. So one client alone gets about
//         half, whoever comes next finds something, and all together keep to the limits.
// Thread: any. What is held is counted without a lock: two who come at once may both get the last
//         of their share.
// Units:  bytes of payload: what blocked calls have yet to send or may take, events and responses
//         that are not written.
// Errors: Take, CheckRoom, CheckSocket: kResourceExhausted, which names the limit.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "agent/limits.h"
#include "agent/mutex.h"

namespace balcony::agent {

class Places {
 private:
  struct Count {
    std::atomic<uint64_t> sessions = 0;
    std::atomic<uint64_t> sockets = 0;
    std::atomic<uint64_t> bytes = 0;
  };

 public:
  // A session's. What it holds is given back when it goes.
  class Place {
   public:
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Whether so much more may be held. What cannot wait is held all the same.
    bool HasRoom(uint64_t bytes = 0) const;
    absl::Status CheckRoom(uint64_t bytes = 0) const;

    void Hold(uint64_t bytes);
    void Release(uint64_t bytes);

    // Whether one more socket may be open. The field is `field`.
    absl::Status CheckSocket(const std::string& field) const;
    void HoldSockets(uint64_t count);
    void ReleaseSockets(uint64_t count);

   private:
    friend class Places;
    Place(const Limits& limits, std::shared_ptr<Count> whole, std::shared_ptr<Count> client);

    // Of this session, its client and all.
    void Add(std::atomic<uint64_t> Count::*what, uint64_t amount);
    void Subtract(std::atomic<uint64_t> Count::*what, uint64_t amount);

    const uint64_t most_sockets_;
    const uint64_t most_bytes_;
    const std::shared_ptr<Count> whole_;
    const std::shared_ptr<Count> client_;
    Count own_;
  };

  // Sockets of a call, beside those that have names.
  class SocketHold {
   public:
    SocketHold(std::shared_ptr<Place> place, uint64_t count)
        : place_(std::move(place)), count_(count) {
      place_->HoldSockets(count_);
    }
    ~SocketHold() { place_->ReleaseSockets(count_); }
    SocketHold(const SocketHold&) = delete;
    SocketHold& operator=(const SocketHold&) = delete;

   private:
    const std::shared_ptr<Place> place_;
    const uint64_t count_;
  };

  explicit Places(const Limits& limits) : limits_(limits) {}

  // `client`: whoever has the same text is one.
  absl::StatusOr<std::shared_ptr<Place>> Take(const std::string& client);

 private:
  const Limits limits_;
  // Shared with the places, which may outlive this.
  const std::shared_ptr<Count> whole_ = std::make_shared<Count>();
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<Count>> clients_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::agent
