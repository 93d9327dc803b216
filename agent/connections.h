// The clients' connections, and which of them have shown that they are a client's: by a call that
// was let through.
// Owns:   a duplicate of each connection's descriptor, to see its end by and to end it; an epoll
//         instance that watches them. The connections themselves are gRPC's.
// Thread: Used and Owners from any; the rest from the one that accepts. The mutex covers the
//         entries; nothing is called back while it is held.
// Shapes: whence more connections come than are left to others, there is no room for more. Then the
//         oldest of them that is without a call gives way; or where all is full, the oldest of
//         those from where most such come (of several such places, that of the oldest): whoever
//         opens many loses their own first, and a client whose first call follows its connection
//         gets in. A connection by path is its owner's, and
//         counts as having made a call.
// Errors: what is closed is logged, once a second at most, with the limit's name.
// Source: dup(2), shutdown(2), epoll(7), unix(7) for SO_PEERCRED.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/connection_rate.h"
#include "agent/fd.h"
#include "agent/limits.h"
#include "agent/listener.h"
#include "agent/mutex.h"
#include "agent/seldom.h"

namespace balcony::agent {

// gRPC's "ipv4:127.0.0.1:5" or "ipv6:%5B::1%5D:5". Unknown for a path.
Address PeerAddress(const std::string& peer);

class Connections {
 public:
  explicit Connections(const Limits& limits);

  bool ok() const { return epoll_.ok(); }

  // Whether the connection may go on; if not, the caller closes it.
  bool Admit(const Arrival& arrival, absl::Time now);

  // A call of this peer's, as gRPC names it, was let through.
  void Used(const std::string& peer);

  // Readable when a connection has ended; then DropEnded.
  int descriptor() const { return epoll_.get(); }
  void DropEnded();

  // Closes connections that have been without a call for too long; gives the time until the next
  // is.
  absl::Duration DropSilent(absl::Time now);

  // Of the connections by path: "uid 1000", or "uid 0 or 1000"; empty without any.
  std::string Owners();

 private:
  struct Entry {
    Fd duplicate;
    Address peer;
    std::string place;  // an address's, or a user's
    absl::Time admitted;
    bool used = false;
    uint32_t uid = 0;  // by path
  };
  using Entries = std::map<uint64_t, Entry>;  // the oldest first

  size_t CountFrom(absl::string_view place) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasRoomFor(const std::string& place) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool MakeRoom(const std::string& place, absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(Entries::iterator entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Tell(Seldom& seldom, const char* why, const char* limit, const Address& peer,
            absl::Time now);

  const Limits limits_;
  const Fd epoll_;
  ConnectionRate rate_;
  Seldom too_many_;
  Seldom too_fast_;
  Seldom silent_;

  Mutex mutex_;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  Entries entries_ ABSL_GUARDED_BY(mutex_);
  std::map<Address, uint64_t> by_peer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::agent
