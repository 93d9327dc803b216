// Agents that `fleet up` keeps on hosts between runs, and how a run finds them.
// Shapes: a folder of the user's own, ~/.cache/balcony/up, with two files for each ssh command
//         line, with sudo or without: ssh's control socket, and a note by whoever keeps the
//         connection, who has a lock (flock) on it for as long as they do. A note without a lock
//         is stale, and removed.
// Errors: kUnavailable where the folder or a file cannot be made.
// Source: ssh_config(5), ControlPath; flock(2); docs/decisions/022.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controller/hosts/fleet_file.h"
#include "controller/wire/fd.h"

namespace balcony::hosts {

// $HOME; empty where there is none.
std::string Home();

// ~/.cache/balcony
std::string OwnFolder();

// A short name for a text, the same every time.
std::string KeyOf(const std::string& text);

// What a note says.
struct Kept {
  pid_t keeper = 0;
  std::string host;     // "juliet"
  std::string agent;    // the file's name, by which its version is known
  std::string command;  // joins the agent there
};

// Where ssh's control socket for this place is, if somebody keeps its connection.
std::string ControlPathOf(const Place& place);

std::optional<Kept> FindKept(const Place& place);

// All that are kept, whatever they are kept for.
std::vector<Kept> AllKept();

// A note, and the lock on it.
// Owns: both files, which are removed when it goes.
class Note {
 public:
  // kAlreadyExists where somebody else has the lock.
  static absl::StatusOr<Note> Take(const Place& place);
  Note(Note&&) = default;
  Note& operator=(Note&&) = delete;
  ~Note();

  absl::Status Write(const Kept& kept);

 private:
  Note(std::string path, wire::Fd file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  wire::Fd file_;
};

}  // namespace balcony::hosts
