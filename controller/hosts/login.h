// A login on a host, by the user's own ssh: their configuration, keys, agents and jump hosts hold
// as they do at the prompt.
// Thread: any.
// Errors: those of fleet/command.
// Source: ssh(1), ssh_config(5), "Include" and "the first obtained value will be used".
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/fleet/command.h"
#include "controller/hosts/ssh_line.h"

namespace balcony::hosts {

// A configuration that says what the user's says, and where that is silent, that new host keys are
// taken and kept in `known_hosts`, and that a dead connection is noticed. `config`: the user's; if
// empty, the usual ones.
std::string ConfigText(const std::string& config, const std::string& known_hosts);

class Login {
 public:
  // `config`: a file with ConfigText. `control`: the path of ssh's control socket, over which the
  // others go where a connection was made to be shared.
  Login(SshLine ssh, std::string config, std::string control)
      : ssh_(std::move(ssh)), config_(std::move(config)), control_(std::move(control)) {}

  // Starts `command` there. Any shell must understand it: no quotes but ", and no ! ' $ ` in it.
  // With `shares` others may use the connection, as long as this one lasts.
  absl::StatusOr<fleet::RunningCommand> Start(const std::string& command,
                                              bool shares = false) const;

  // Runs a script there by sh(1); gives what it wrote. `interruption` is fleet/command's.
  absl::StatusOr<std::string> Ask(const std::string& script, absl::Duration limit,
                                  int interruption = -1) const;

  // Copies the file at `path`, of so many bytes, there, as `name`, in any shell's words. What has
  // arrived of one that was cut off is removed there, within a fortieth of the limit.
  absl::Status Put(const std::string& path, uint64_t size, const std::string& name,
                   absl::Duration limit, int interruption = -1) const;

  const std::string& destination() const { return ssh_.destination; }

 private:
  std::string Line(const std::string& command, bool shares = false) const;

  const SshLine ssh_;
  const std::string config_;
  const std::string control_;
};

// Whether what ssh said is of a host that has too much to do for the moment (sshd_config(5),
// MaxStartups).
bool IsBusy(const std::string& said);

// Whether it was ssh that failed, and no command there.
bool IsOfSsh(const std::string& obituary);

}  // namespace balcony::hosts
