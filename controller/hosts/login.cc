#include "controller/hosts/login.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace balcony::hosts {
namespace {

// Behind the user's: ssh takes the first value that it finds.
constexpr char kConfig[] = R"($0Host *
  UserKnownHostsFile "$1"
  StrictHostKeyChecking accept-new
  ConnectTimeout 20
  ServerAliveInterval 5
  ServerAliveCountMax 3
)";

// $0 pieces, each in $1 seconds and of $2 bytes, become the file $3 of $4 bytes. Where the link is
// cut without a word, sshd may not hear of it for hours: then a piece does not come in time.
constexpr int kPieces = 40;
constexpr char kPut[] =
    "exec /bin/sh -c 'umask 77;"
    " for piece in `seq $0`; do"
    " timeout $1 dd bs=$2 count=1 iflag=fullblock status=none || { rm -f $3; exit 1; };"
    " done > $3;"
    " find $3 -size -$4c -exec rm -f {} +'";

}  // namespace

std::string ConfigText(const std::string& config, const std::string& known_hosts) {
  std::string includes;
  const std::vector<std::string> files =
      config.empty() ? std::vector<std::string>{"~/.ssh/config", "/etc/ssh/ssh_config"}
                     : std::vector<std::string>{config};
  for (const std::string& file : files) absl::StrAppend(&includes, "Include \"", file, "\"\n");
  return absl::Substitute(kConfig, includes, known_hosts);
}

std::string Login::Line(const std::string& command, bool shares) const {
  std::vector<std::string> words = {"ssh", "-F", config_};
  if (shares) {
    words.insert(words.end(), {"-M", "-S", control_, "-o", "ControlPersist=no"});
  } else if (access(control_.c_str(), F_OK) == 0) {
    words.insert(words.end(), {"-S", control_, "-o", "ControlMaster=no"});
  }
  words.insert(words.end(), ssh_.options.begin(), ssh_.options.end());
  // No terminal, nothing forwarded, and no command but ours.
  words.insert(words.end(), {"-T", "-a", "-x", "-o", "RemoteCommand=none", "-o", "EscapeChar=none",
                             ssh_.destination, command});
  return "exec " + fleet::Quoted(words);
}

absl::StatusOr<fleet::RunningCommand> Login::Start(const std::string& command, bool shares) const {
  return fleet::RunCommand(Line(command, shares));
}

absl::StatusOr<std::string> Login::Ask(const std::string& script, absl::Duration limit,
                                       int interruption) const {
  const wire::Fd input = fleet::ReadableText(script);
  if (!input.valid()) return absl::ResourceExhaustedError("no descriptor for a script");
  return fleet::OutputOf(Line("exec /bin/sh"), limit, input.get(), interruption);
}

absl::Status Login::Put(const std::string& path, uint64_t size, const std::string& name,
                        absl::Duration limit, int interruption) const {
  const wire::Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path, ": ", strerrordesc_np(errno)));
  }
  const std::string put = absl::Substitute(kPut, kPieces, absl::ToInt64Seconds(limit) / kPieces,
                                           size / kPieces + 1, name, size);
  return fleet::OutputOf(Line(put), limit, file.get(), interruption).status();
}

bool IsBusy(const std::string& said) {
  if (absl::StrContains(said, "Connection refused")) return false;  // by a jump host, it may be
  return absl::StrContains(said, "kex_exchange_identification") ||
         absl::StrContains(said, "Connection reset by") ||
         absl::StrContains(said, "Connection closed by") ||
         absl::StrContains(said, "banner exchange");
}

bool IsOfSsh(const std::string& obituary) {
  return absl::StrContains(obituary, "status 255");  // ssh(1), EXIT STATUS
}

}  // namespace balcony::hosts
