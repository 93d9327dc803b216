#include "controller/containers/keeper.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "controller/containers/apart.h"
#include "controller/containers/engine.h"
#include "controller/fleet/command.h"

namespace balcony::containers {
namespace {

namespace fs = std::filesystem;

// $0 brings it up, $1 takes it down, and $2 removes what is ours then. Its input is the leash: on
// it "up" is said, and its end is that of whoever held the other one, alive or dead.
constexpr char kScript[] = R"(trap '' HUP INT TERM PIPE
if { $0; } </dev/null; then
  echo up >&0
  cat >/dev/null
fi
[ -d "$$PWD" ] || cd /
said=$$({ $1; } 2>&1 </dev/null)
down=$$?
$2
[ $$down -eq 0 ] || printf '%s\n' "$$said"
exit $$down
)";

constexpr off_t kWordsBytes = 2000;

std::string WordsIn(const wire::Fd& words) {
  std::string text(static_cast<size_t>(kWordsBytes), '\0');
  const off_t end = lseek(words.get(), 0, SEEK_END);
  const ssize_t size =
      pread(words.get(), text.data(), text.size(), std::max<off_t>(0, end - kWordsBytes));
  text.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return text;
}

// What Compose says last and best: a line about an error, else the last line.
std::string LastWords(const wire::Fd& words) {
  std::string last;
  std::string error;
  const std::string text = WordsIn(words);
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
    last = std::string(absl::StripAsciiWhitespace(line));
    if (absl::StrContains(absl::AsciiStrToLower(last), "error")) error = last;
  }
  return error.empty() ? last : error;
}

}  // namespace

std::string NameForRun() {
  return absl::StrCat("balcony-", getpid(), "-",
                      absl::Hex(absl::ToUnixMicros(absl::Now()) & 0xffffff, absl::kZeroPad6));
}

absl::StatusOr<std::string> MakeFolder() {
  std::string folder = (fs::temp_directory_path() / "balcony-XXXXXX").string();
  if (mkdtemp(folder.data()) != nullptr) return folder;
  return absl::UnavailableError(
      absl::StrCat("no folder in ", fs::temp_directory_path().string(), " can be made"));
}

absl::Status WriteFile(const std::string& path, const std::string& text) {
  std::error_code error;
  fs::create_directories(fs::path(path).parent_path(), error);
  std::ofstream file(path, std::ios::binary);
  file << text << std::flush;
  if (file) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(path, " cannot be written"));
}

Keeper::Keeper(std::string what, pid_t shell, wire::Fd leash, wire::Fd words)
    : what_(std::move(what)), shell_(shell), leash_(std::move(leash)), words_(std::move(words)) {}

absl::StatusOr<std::unique_ptr<Keeper>> Keeper::BringUp(const Upkeep& upkeep) {
  int leash[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, leash) != 0) {
    return absl::ErrnoToStatus(errno, "no descriptors for a project's keeper");
  }
  wire::Fd held(leash[0]);
  wire::Fd worn(leash[1]);
  wire::Fd words(memfd_create("keeper-stderr", MFD_CLOEXEC));
  const std::string cleaning =
      upkeep.folder.empty() ? "" : fleet::Quoted({"rm", "-rf", upkeep.folder});
  const std::string script = absl::Substitute(kScript, upkeep.up, upkeep.down, cleaning);
  absl::StatusOr<pid_t> shell =
      StartApart({"/bin/sh", "-c", script}, {worn.get(), words.get(), words.get()});
  worn = wire::Fd();  // the shell's alone, so that its end shows
  if (!shell.ok()) return shell.status();
  std::unique_ptr<Keeper> keeper(
      new Keeper(upkeep.what, *shell, std::move(held), std::move(words)));
  if (absl::Status up = keeper->AwaitUp(); !up.ok()) return up;
  return keeper;
}

absl::Status Keeper::AwaitUp() {
  char up[3];
  ssize_t size = 0;
  do {
    size = recv(leash_.get(), up, sizeof(up), MSG_WAITALL);
  } while (size < 0 && errno == EINTR);
  if (size == sizeof(up)) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(what_, " does not come up: ", LastWords(words_)));
}

Keeper::~Keeper() {
  leash_ = wire::Fd();
  int status = 0;
  while (waitpid(shell_, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) {
    std::cerr << "balcony: " << what_ << " does not go down: " << LastWords(words_) << "\n";
  }
}

}  // namespace balcony::containers
