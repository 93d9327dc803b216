// Agents on the hosts of a fleet: logins and dials, some at a time.
// Thread: any; Reach makes threads of its own and waits for them.
// Errors: kInvalidArgument for a place that cannot be tried; those of moving_in and fleet/given.
// Source: docs/decisions/021; sshd_config(5), MaxStartups.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/parts.h"
#include "controller/hosts/fleet_file.h"
#include "controller/hosts/login.h"
#include "controller/hosts/moving_in.h"
#include "controller/wire/fd.h"

namespace balcony::hosts {

// About one host, with it in front.
absl::Status Named(const std::string& host, const absl::Status& status);

// The logins of those hosts that are reached by ssh.
// Owns: ssh's configurations. They are in no folder, and so gone with the program, however it ends:
//       ssh, and the ssh that it starts to a jump host, read them through /proc while we are there.
class Logins {
 public:
  // Tries nothing, but whether every place can be tried.
  static absl::StatusOr<std::shared_ptr<const Logins>> Make(const Places& places);

  // Null for a host that is reached otherwise.
  const Login* Find(const std::string& host) const;

  // Where the keys of these hosts are kept: the same places have the same file.
  const std::string& known_hosts() const { return known_hosts_; }

 private:
  absl::Status Add(const std::string& host, const Place& place);
  absl::StatusOr<std::string> ConfigurationFor(const std::string& config);

  std::string known_hosts_;
  std::map<std::string, wire::Fd> files_;  // by the user's own configuration
  std::map<std::string, Login> logins_;
};

// What came of each, in the order of its name.
using Reached = std::vector<absl::StatusOr<MovedIn>>;

// How the experiment's networks are told from those of the logins.
fleet::Stage StageOf(const Places& places, const std::vector<std::string>& names,
                     const Reached& reached);

struct Manner {
  bool stops = false;  // at the first that fails: those after it are not tried
  bool keeps = false;  // as MoveIn has it
};

// REQUIRES: there is a place for each name. `interruption` becomes readable when it is not to go
// on.
Reached Reach(const std::vector<std::string>& names, const Places& places, const Logins& logins,
              const Manner& manner, int interruption);

// Of a host that was not tried because another had failed.
bool IsNotTried(const absl::Status& status);

// Does `work` for each number below `count`, some at a time.
absl::Status ForEach(size_t count, const std::function<void(size_t)>& work);

}  // namespace balcony::hosts
