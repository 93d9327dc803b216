#include "controller/hosts/lodging.h"

#include <map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"

namespace balcony::hosts {
namespace {

constexpr char kFolder[] = ".cache/balcony";
constexpr char kNoShell[] = "its shell did not do what it was asked to; /bin/sh is needed";

// Every line that counts begins so.
constexpr absl::string_view kMark = "balcony-host: ";

// $0 is the agent's name, $1 its SHA-256, $2 its size in KiB.
constexpr char kLook[] = R"sh(
say() { echo "balcony-host: $$*"; }
sum() { sha256sum <"$$1" 2>/dev/null | cut -c1-64; }
say machine $$(uname -m)
say system $$(uname -sr)
me=$$(id -u)
room() { df -Pk "$$1" | { read -r names; read -r disk size used free rest; echo "$$free"; }; }
for folder in "$$HOME/.cache/balcony" "/var/tmp/balcony-$$me" "/dev/shm/balcony-$$me"; do
  (umask 77; mkdir -p "$$folder") 2>/dev/null || { say no $$folder cannot be made; continue; }
  [ -O "$$folder" ] && [ ! -h "$$folder" ] || { say no $$folder is of somebody else; continue; }
  chmod 700 "$$folder"
  find "$$folder" -name 'part-*' -mmin +1 -exec rm -f {} + 2>/dev/null
  if [ -x "$$folder/$0" ] && [ "$$(sum "$$folder/$0")" = $1 ]; then
    say folder $$folder
    say there yes
    break
  fi
  if [ "$$(room "$$folder")" -lt $2 ]; then
    say no $$folder has no room
    rmdir "$$folder" 2>/dev/null
    continue
  fi
  try=$$folder/try-$$$$
  (printf '#!/bin/sh\n' >"$$try" && chmod 700 "$$try") 2>/dev/null || {
    rm -f "$$try"
    say no $$folder has no room
    rmdir "$$folder" 2>/dev/null
    continue
  }
  "$$try" 2>/dev/null
  may=$$?
  rm -f "$$try"
  if [ $$may -ne 0 ]; then
    say no $$folder may not execute programs \(noexec\)
    rmdir "$$folder" 2>/dev/null
    continue
  fi
  say folder $$folder
  break
done
say end yes
)sh";

// $0 is the folder, $1 the part, $2 the name, $3 the size, $4 the SHA-256.
constexpr char kMove[] = R"sh(
say() { echo "balcony-host: $$*"; }
cd "$0" || { say no $0 is gone; exit; }
size=$$(wc -c <"$1" 2>/dev/null || echo 0)
if [ "$$size" -ne $3 ]; then
  rm -f "$1"
  say no not all of $3 bytes have arrived in $0
elif [ "$$(sha256sum <"$1" | cut -c1-64)" != $4 ]; then
  rm -f "$1"
  say no what has arrived is not what was sent
else
  chmod 700 "$1" && mv -f "$1" "$2" && say moved yes
fi
)sh";

constexpr char kClean[] = R"sh(
say() { echo "balcony-host: $*"; }
me=$(id -u)
for folder in "$HOME/.cache/balcony" "/var/tmp/balcony-$me" "/dev/shm/balcony-$me"; do
  [ -d "$folder" ] && [ -O "$folder" ] && [ ! -h "$folder" ] || continue
  for file in "$folder"/balcony-agent-* "$folder"/part-* "$folder"/kept-*; do
    [ -e "$file" ] && rm -f "$file" && say removed "$file"
  done
  rmdir "$folder" 2>/dev/null
done
say end yes
)sh";

// What it said, by the first word of the line; "no" adds up.
std::map<std::string, std::string> Read(const std::string& written) {
  std::map<std::string, std::string> said;
  for (absl::string_view line : absl::StrSplit(written, '\n')) {
    line = absl::StripTrailingAsciiWhitespace(line);
    if (!absl::ConsumePrefix(&line, kMark)) continue;
    const std::pair<std::string, std::string> pair = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    std::string& value = said[pair.first];
    value = value.empty() ? pair.second : absl::StrCat(value, "; ", pair.second);
  }
  return said;
}

}  // namespace

std::string NameOf(const AgentFile& agent) { return "balcony-agent-" + agent.sha256.substr(0, 16); }

std::string UsualPlace(const AgentFile& agent) { return absl::StrCat(kFolder, "/", NameOf(agent)); }

std::string LookScript(const AgentFile& agent) {
  constexpr uint64_t kKib = 1024;
  return absl::Substitute(kLook, NameOf(agent), agent.sha256, agent.size / kKib + 1);
}

std::string CleanScript() { return kClean; }

absl::StatusOr<std::vector<std::string>> ReadClean(const std::string& written) {
  std::map<std::string, std::string> said = Read(written);
  if (!said.contains("end")) return absl::UnavailableError(kNoShell);
  return std::vector<std::string>(absl::StrSplit(said["removed"], "; ", absl::SkipEmpty()));
}

absl::StatusOr<Lodging> ReadLook(const std::string& written, const AgentFile& agent) {
  std::map<std::string, std::string> said = Read(written);
  if (!said.contains("end")) return absl::UnavailableError(kNoShell);
  if (!absl::StartsWith(said["system"], "Linux")) {
    return absl::FailedPreconditionError(absl::StrCat("it is no Linux host but ", said["system"]));
  }
  if (said["machine"] != agent.machine) {
    return absl::FailedPreconditionError(
        absl::StrCat("it is ", said["machine"], ", and the agent here is for ", agent.machine,
                     "; BALCONY_AGENT names one that was built for ", said["machine"]));
  }
  if (!said.contains("folder")) {
    return absl::FailedPreconditionError(
        absl::StrCat("no folder there can hold the agent: ", said["no"]));
  }
  return Lodging{said["folder"], said.contains("there")};
}

std::string MoveScript(const Lodging& lodging, const std::string& part, const AgentFile& agent) {
  return absl::Substitute(kMove, lodging.folder, part, NameOf(agent), agent.size, agent.sha256);
}

absl::Status ReadMove(const std::string& written) {
  std::map<std::string, std::string> said = Read(written);
  if (said.contains("moved")) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("the agent could not be copied: ",
                   said["no"].empty() ? "sh(1) and sha256sum(1) are needed there" : said["no"]));
}

}  // namespace balcony::hosts
