#include "controller/hosts/kept.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"

namespace balcony::hosts {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnly = 0600;
constexpr char kControl[] = ".ssh";  // behind a note's path

std::string KeptFolder() { return absl::StrCat(OwnFolder(), "/up"); }

std::string NotePathOf(const Place& place) {
  return absl::StrCat(KeptFolder(), "/", KeyOf((place.sudo ? "sudo " : "") + place.ssh));
}

std::string ControlOf(const std::string& note) { return absl::StrCat(note, kControl); }

void Remove(const std::string& note) {
  unlink(ControlOf(note).c_str());
  unlink(note.c_str());
}

// Whether the path still leads to this file.
bool IsThere(const std::string& path, const wire::Fd& file) {
  struct stat named {};
  struct stat open {};
  return stat(path.c_str(), &named) == 0 && fstat(file.get(), &open) == 0 &&
         named.st_ino == open.st_ino && named.st_dev == open.st_dev;
}

std::optional<Kept> ReadNote(const std::string& path) {
  const wire::Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return std::nullopt;
  if (flock(file.get(), LOCK_SH | LOCK_NB) == 0) {  // nobody keeps it any more
    if (IsThere(path, file)) Remove(path);
    return std::nullopt;
  }
  std::ifstream lines(path);
  Kept kept;
  lines >> kept.keeper >> kept.host >> kept.agent >> std::ws;
  std::getline(lines, kept.command);
  if (kept.command.empty()) return std::nullopt;  // it is not up yet
  return kept;
}

}  // namespace

std::string Home() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here sets variables
  const char* const home = getenv("HOME");
  return home == nullptr ? "" : home;
}

std::string OwnFolder() { return absl::StrCat(Home(), "/.cache/balcony"); }

std::string KeyOf(const std::string& text) {
  return absl::StrCat(absl::Hex(std::hash<std::string>()(text), absl::kZeroPad16));
}

std::string ControlPathOf(const Place& place) { return ControlOf(NotePathOf(place)); }

std::optional<Kept> FindKept(const Place& place) { return ReadNote(NotePathOf(place)); }

std::vector<Kept> AllKept() {
  std::vector<std::string> notes;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(KeptFolder(), none)) {
    if (entry.path().extension() != kControl) notes.push_back(entry.path().string());
  }
  std::vector<Kept> all;
  for (const std::string& note : notes) {
    if (std::optional<Kept> kept = ReadNote(note)) all.push_back(*std::move(kept));
  }
  return all;
}

absl::StatusOr<Note> Note::Take(const Place& place) {
  const std::string path = NotePathOf(place);
  std::error_code error;
  fs::create_directories(KeptFolder(), error);
  fs::permissions(KeptFolder(), fs::perms::owner_all, error);
  while (true) {
    wire::Fd file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerOnly));
    if (!file.valid()) {
      return absl::UnavailableError(
          absl::StrCat("cannot write ", path, ": ", strerrordesc_np(errno)));
    }
    if (flock(file.get(), LOCK_EX | LOCK_NB) == 0) {
      if (!IsThere(path, file)) continue;  // somebody took it for a stale one
      unlink(ControlOf(path).c_str());
      return Note(path, std::move(file));
    }
    // Whoever looks whether it is stale has a lock for a moment, and then it is gone.
    if (ReadNote(path).has_value() || IsThere(path, file)) {
      return absl::AlreadyExistsError("its connection is kept already");
    }
  }
}

Note::~Note() {
  if (file_.valid()) Remove(path_);
}

absl::Status Note::Write(const Kept& kept) {
  const std::string text =
      absl::StrCat(kept.keeper, " ", kept.host, " ", kept.agent, "\n", kept.command, "\n");
  if (ftruncate(file_.get(), 0) == 0 &&
      pwrite(file_.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(absl::StrCat("cannot write ", path_, ": ", strerrordesc_np(errno)));
}

}  // namespace balcony::hosts
