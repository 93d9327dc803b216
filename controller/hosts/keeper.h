// Keeps agents on hosts, and the connections to them, for runs to come.
// Owns:   the connections: with it they end, and with them the agents, however it ends.
// Thread: one.
// Errors: those of reaching, with the host's name; kUnavailable for notes that cannot be written.
// Source: docs/decisions/022.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/hosts/fleet_file.h"
#include "controller/hosts/kept.h"
#include "controller/hosts/reaching.h"
#include "controller/wire/fd.h"

namespace balcony::hosts {

class Keeper {
 public:
  // All that are reached by ssh and are not kept yet, or none. `interruption` becomes readable when
  // it is not to go on.
  static absl::StatusOr<std::unique_ptr<Keeper>> BringUp(const Places& places, int interruption);
  ~Keeper();
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  // Whom it keeps, and who was kept already.
  std::vector<std::string> hosts() const;
  const std::vector<std::string>& kept_already() const { return kept_already_; }

  // Until `interruption` is readable, or no connection is left. One that is lost is given up.
  void Stay(int interruption);

 private:
  struct Connection {
    std::string host;
    Note note;
    MovedIn agent;
  };

  Keeper();
  void DropLost();

  std::shared_ptr<const Logins> logins_;
  std::vector<std::string> kept_already_;
  std::list<Connection> connections_;
  const wire::Fd lost_;  // an eventfd, readable when a connection was lost
};

// Has whoever keeps these end; comes back when they have.
absl::Status EndKeepers(const std::vector<Kept>& kept);

}  // namespace balcony::hosts
