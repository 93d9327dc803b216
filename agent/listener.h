// Where an agent waits for clients: a path or an address.
// Owns:   the listening socket and, for a path, the file, which it removes at its end.
// Thread: one.
// Errors: kInvalidArgument for what can never be listened on, kAlreadyExists for another agent's
//         path, kUnavailable for what the kernel refused.
// Source: unix(7), ip(7), accept4(2), flock(2), inotify(7).
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/endpoint.h"
#include "agent/fd.h"

namespace balcony::agent {

// A client that has come.
struct Arrival {
  Fd connection;
  Address peer;  // unknown for a path
};

class Listener {
 public:
  // "unix:PATH" (mode 0600), or "ADDRESS:PORT"; port 0 is one of the kernel's choice.
  static absl::StatusOr<Listener> Open(const std::string& where);

  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = default;
  ~Listener();

  int descriptor() const { return socket_.get(); }

  // As given, with the port that was chosen.
  const std::string& where() const { return where_; }

  // The port it listens on; 0 for a path.
  uint16_t port() const { return port_; }

  // A connection; none if nobody waits any more, with errno set.
  Arrival Accept();

 private:
  Listener(Fd socket, std::string where) : socket_(std::move(socket)), where_(std::move(where)) {}

  static absl::StatusOr<Listener> OpenPath(const std::string& path);
  static absl::StatusOr<Listener> OpenAddress(const std::string& where);

  Fd socket_;
  std::string where_;
  uint16_t port_ = 0;
  std::string path_;  // empty for an address
  struct stat file_ {};
};

// "127.0.0.1:50051" or "[::1]:50051".
absl::StatusOr<Address> ParseAddress(const std::string& where);

bool IsLoopback(const Address& address);

// Whether other hosts could reach an agent that listens there.
absl::StatusOr<bool> IsOpenToOthers(const std::string& where);

// A path with %H as the host's name and %% as a percent sign, as in systemd.unit(5); any other
// specifier is kInvalidArgument.
absl::StatusOr<std::string> ExpandPath(absl::string_view path, absl::string_view host);

// The same for what --listen is told, with this host's name; an address is left as it is.
absl::StatusOr<std::string> ExpandWhere(const std::string& where);

// Connects to an agent that listens on a path. Waits where its backlog is full; kDeadlineExceeded
// if that lasts for longer than `patience`.
absl::StatusOr<Fd> ConnectToPath(const std::string& path,
                                 absl::Duration patience = absl::InfiniteDuration());

}  // namespace balcony::agent
