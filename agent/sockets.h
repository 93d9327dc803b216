// The sockets of a session by the names its client gave them.
// Owns:   the sockets, open ones and, for what the kernel still knows of their connections, those
//         of the last 10,000 closes.
// Thread: whoever holds the session's mutex. An entry stays where it is until its name is given to
//         another socket or forgotten, both of which need it closed.
// Errors: kNotFound, kFailedPrecondition, kAlreadyExists, kResourceExhausted, with the field
//         "socket" or as given.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/places.h"
#include "agent/socket.h"

namespace balcony::agent {

class Sockets {
 public:
  struct Entry {
    uint32_t number = 0;  // never given twice in a session
    std::string name;
    Socket socket;
  };

  // `place`: the session's; the open ones are counted there.
  Sockets(uint32_t at_most, std::shared_ptr<Places::Place> place)
      : at_most_(at_most), place_(std::move(place)) {}

  // Open or closed.
  absl::StatusOr<Entry*> Named(const std::string& name);
  absl::StatusOr<Entry*> OpenNamed(const std::string& name);

  // Whether a new socket may have this name.
  absl::Status CheckFree(const std::string& field, const std::string& name) const;
  // REQUIRES: CheckFree(name) is ok, or the name is promised.
  void Put(const std::string& name, Socket socket);

  // A number that no socket has or will have, for a call without one.
  uint32_t NewNumber() { return ++last_number_; }

  // Between the two a name is taken although no socket has it yet. REQUIRES: CheckFree(name) is ok.
  void Promise(const std::string& name);
  void Unpromise(const std::string& name);

  // The entry's socket, which is closed to the session, for the caller to close(2); the name stays
  // known for 10,000 closes more.
  Socket Close(Entry& entry);

  // What the kernel knows the connections of TCP by, those that are closed too.
  std::vector<Tuple> Connections();

  // Closes all and forgets all.
  void Clear();

 private:
  void ForgetOldest();

  const uint32_t at_most_;
  const std::shared_ptr<Places::Place> place_;
  uint32_t last_number_ = 0;
  size_t open_ = 0;
  std::unordered_map<std::string, Entry> entries_;
  std::unordered_set<std::string> promised_;
  std::deque<std::pair<uint32_t, std::string>> closed_;  // the oldest in front
};

}  // namespace balcony::agent
