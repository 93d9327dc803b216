#include "controller/fleet/agent_folder.h"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {
namespace {

using Paths = std::map<std::string, std::string>;  // by host

constexpr absl::Duration kSilence = absl::Seconds(2);
constexpr char kSuffix[] = ".sock";
constexpr int kShownHosts = 8;

absl::Duration Since(std::chrono::steady_clock::time_point start) {
  return absl::FromChrono(std::chrono::steady_clock::now() - start);
}

// Whether an agent listens there; the kernel's other answers are for good.
absl::StatusOr<bool> Listens(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": the path of a Unix socket has 1 to ",
                                                   sizeof(address.sun_path) - 1, " bytes"));
  }
  path.copy(address.sun_path, path.size());
  const wire::Fd probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.valid()) return absl::ErrnoToStatus(errno, "socket");
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return true;
  }
  const int error = errno;
  if (error == EAGAIN) return true;  // its queue is full
  if (error == ENOENT || error == ECONNREFUSED) return false;
  return absl::UnavailableError(absl::StrCat(
      path, ": ", strerrordesc_np(error),
      error == EACCES ? "; an agent's socket is its owner's: run balcony as the same user" : ""));
}

// The sockets BASE-*.sock of the folder, in order.
std::vector<std::string> SocketsOf(const std::string& folder, const std::string& base) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    const std::string name = file->path().filename();
    if (absl::StartsWith(name, base + "-") && absl::EndsWith(name, kSuffix)) names.push_back(name);
  }
  std::sort(names.begin(), names.end(), NumberedLess);
  return names;
}

// Of an array's hosts: the paths that agents listen on.
absl::StatusOr<std::vector<std::string>> ListeningOf(const std::string& folder,
                                                     const std::string& base) {
  std::vector<std::string> paths;
  for (const std::string& name : SocketsOf(folder, base)) {
    const std::string path = absl::StrCat(folder, "/", name);
    const absl::StatusOr<bool> listens = Listens(path);
    if (!listens.ok()) return listens.status();
    if (*listens) paths.push_back(path);
  }
  return paths;
}

// The hosts that have an agent by now.
absl::StatusOr<Paths> Look(const std::string& folder, const std::vector<script::Host>& hosts) {
  Paths found;
  std::map<std::string, std::vector<std::string>> arrays;
  for (const script::Host& host : hosts) {
    const std::string own = absl::StrCat(folder, "/", host.name, kSuffix);
    const absl::StatusOr<bool> listens = Listens(own);
    if (!listens.ok()) return listens.status();
    if (*listens) found[host.name] = own;
    if (*listens || host.number == 0) continue;
    if (!arrays.contains(host.base)) {
      absl::StatusOr<std::vector<std::string>> listening = ListeningOf(folder, host.base);
      if (!listening.ok()) return listening.status();
      arrays[host.base] = *std::move(listening);
    }
    const std::vector<std::string>& all = arrays[host.base];
    const auto number = static_cast<size_t>(host.number);
    if (number <= all.size()) found[host.name] = all[number - 1];
  }
  return found;
}

// "romeo, juliet"; of many the first.
std::string Missing(const std::vector<script::Host>& hosts, const Paths& found) {
  std::vector<std::string> names;
  for (const script::Host& host : hosts) {
    if (!found.contains(host.name)) names.push_back(host.name);
  }
  const size_t more = names.size() - std::min<size_t>(names.size(), kShownHosts);
  names.resize(names.size() - more);
  return absl::StrCat(absl::StrJoin(names, ", "),
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"));
}

absl::Status NotInTime(const std::string& folder, const std::string& missing,
                       absl::Duration patience) {
  return absl::UnavailableError(absl::StrCat(
      "no agent of ", missing, " has come to ", folder, " within ", absl::FormatDuration(patience),
      "; that of a host HOST listens there: balcony-agent --listen unix:", folder, "/HOST",
      kSuffix));
}

absl::StatusOr<wire::Fd> Watch(const std::string& folder) {
  wire::Fd watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!watch.valid()) return absl::ErrnoToStatus(errno, "inotify");
  // IN_ATTRIB: an agent touches the mode of its socket when it listens.
  constexpr uint32_t kEvents = IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_ONLYDIR;
  if (inotify_add_watch(watch.get(), folder.c_str(), kEvents) >= 0) return watch;
  const int error = errno;
  return absl::InvalidArgumentError(absl::StrCat(
      "--agents ", folder, ": ", strerrordesc_np(error),
      error == ENOENT || error == ENOTDIR ? "; a folder with the sockets of agents is wanted"
                                          : ""));
}

// Waits until something has happened in the folder, and forgets what; at most so long. False if it
// was interrupted.
bool AwaitChange(const wire::Fd& watch, int interruption, absl::Duration limit) {
  constexpr int64_t kLongest = std::numeric_limits<int>::max();
  const int64_t milliseconds = std::min(absl::ToInt64Milliseconds(limit) + 1, kLongest);
  pollfd readable[] = {{watch.get(), POLLIN, 0}, {interruption, POLLIN, 0}};
  poll(readable, 2, static_cast<int>(milliseconds));
  char events[4096];
  while (read(watch.get(), events, sizeof(events)) > 0) {
  }
  return readable[1].revents == 0;
}

}  // namespace

absl::StatusOr<Paths> AwaitAgents(const std::string& folder, const std::vector<script::Host>& hosts,
                                  absl::Duration patience,
                                  const std::function<void(const std::string&)>& tell,
                                  int interruption) {
  const auto start = std::chrono::steady_clock::now();
  const absl::StatusOr<wire::Fd> watch = Watch(folder);
  if (!watch.ok()) return watch.status();
  bool told = false;
  for (;;) {
    absl::StatusOr<Paths> found = Look(folder, hosts);
    if (!found.ok()) {
      return absl::Status(found.status().code(),
                          absl::StrCat("--agents ", folder, ": ", found.status().message()));
    }
    if (found->size() == hosts.size()) return found;
    const absl::Duration passed = Since(start);
    if (passed >= patience) return NotInTime(folder, Missing(hosts, *found), patience);
    if (!told && passed >= kSilence) {
      tell(absl::StrCat("waiting for ", Missing(hosts, *found), " in ", folder));
      told = true;
    }
    if (!AwaitChange(*watch, interruption,
                     (told ? patience : std::min(patience, kSilence)) - passed)) {
      return absl::CancelledError(
          absl::StrCat("interrupted while it waited for ", Missing(hosts, *found), " in ", folder));
    }
  }
}

bool NumberedLess(const std::string& a, const std::string& b) {
  const auto is_digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
      continue;
    }
    const auto number = [&](const std::string& text, size_t& at) {
      const size_t begin = std::min(text.find_first_not_of('0', at), text.size());
      at = begin;
      while (at < text.size() && is_digit(text[at])) ++at;
      return text.substr(begin, at - begin);
    };
    const std::string first = number(a, i);
    const std::string second = number(b, j);
    if (first.size() != second.size()) return first.size() < second.size();
    if (first != second) return first < second;
  }
  if ((i < a.size()) != (j < b.size())) return j < b.size();
  return a < b;
}

}  // namespace balcony::fleet
