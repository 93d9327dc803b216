#include "controller/hosts/keeper.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"

namespace balcony::hosts {
namespace {

constexpr int kEndMs = 10'000;  // agents and connections end within six seconds

}  // namespace

Keeper::Keeper() : lost_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Keeper::~Keeper() {
  for (Connection& connection : connections_) connection.agent.agent->WhenLost(nullptr);
}

absl::StatusOr<std::unique_ptr<Keeper>> Keeper::BringUp(const Places& places, int interruption) {
  std::unique_ptr<Keeper> keeper(new Keeper());
  absl::StatusOr<std::shared_ptr<const Logins>> logins = Logins::Make(places);
  if (!logins.ok()) return logins.status();
  keeper->logins_ = *std::move(logins);
  std::vector<std::string> names;
  std::vector<Note> notes;
  std::set<std::string> lines;
  for (const auto& [host, place] : places) {
    if (place.ssh.empty() || !lines.insert(ControlPathOf(place)).second) continue;
    absl::StatusOr<Note> note = Note::Take(place);
    if (absl::IsAlreadyExists(note.status())) {
      keeper->kept_already_.push_back(host);
      continue;
    }
    if (!note.ok()) return Named(host, note.status());
    names.push_back(host);
    notes.push_back(*std::move(note));
  }
  Reached reached =
      Reach(names, places, *keeper->logins_, {.stops = true, .keeps = true}, interruption);
  for (size_t i = 0; i < names.size(); ++i) {
    if (!reached[i].ok() && !IsNotTried(reached[i].status())) {
      return Named(names[i], reached[i].status());
    }
  }
  for (size_t i = 0; i < names.size(); ++i) {
    const absl::Status written =
        notes[i].Write({getpid(), names[i], reached[i]->file, reached[i]->join});
    if (!written.ok()) return written;
    reached[i]->agent->WhenLost(
        [lost = keeper->lost_.get()](const absl::Status&) { eventfd_write(lost, 1); });
    keeper->connections_.push_back({names[i], std::move(notes[i]), *std::move(reached[i])});
  }
  return keeper;
}

std::vector<std::string> Keeper::hosts() const {
  std::vector<std::string> names;
  for (const Connection& connection : connections_) names.push_back(connection.host);
  return names;
}

void Keeper::Stay(int interruption) {
  while (!connections_.empty()) {
    pollfd events[] = {{interruption, POLLIN, 0}, {lost_.get(), POLLIN, 0}};
    poll(events, std::size(events), -1);
    if (events[0].revents != 0) return;
    if (events[1].revents != 0) DropLost();
  }
}

void Keeper::DropLost() {
  eventfd_t count = 0;
  eventfd_read(lost_.get(), &count);
  connections_.remove_if(
      [](const Connection& connection) { return !connection.agent.agent->status().ok(); });
}

absl::Status EndKeepers(const std::vector<Kept>& kept) {
  std::set<pid_t> keepers;
  for (const Kept& one : kept) keepers.insert(one.keeper);
  for (const pid_t keeper : keepers) {
    const wire::Fd process = fleet::OpenPidfd(keeper);
    if (!process.valid()) continue;
    kill(keeper, SIGTERM);
    pollfd ended{.fd = process.get(), .events = POLLIN, .revents = 0};
    if (poll(&ended, 1, kEndMs) == 1) continue;
    return absl::UnavailableError(absl::StrCat(
        "process ", keeper, ", which keeps the connections, does not end; kill -9 ends it"));
  }
  return absl::OkStatus();
}

}  // namespace balcony::hosts
