#include "controller/fleet/limits.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace balcony::fleet {
namespace {

constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();
constexpr uint64_t kThreadsOfAgent = 10;  // gRPC's, on the smallest machine
constexpr uint64_t kThreadsOfOurs = 12;
constexpr uint64_t kFdsOfOurs = 16;

uint64_t SoftLimit(__rlimit_resource resource) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kNoLimit;
  return limit.rlim_cur;
}

// What a file says, if that is a number.
uint64_t LimitIn(const std::filesystem::path& path) {
  std::ifstream file(path);
  uint64_t number = 0;
  return file >> number ? number : kNoLimit;
}

// Of our control group and those above it.
uint64_t PidsLimit() {
  std::ifstream file("/proc/self/cgroup");
  std::string line;
  uint64_t least = kNoLimit;
  while (std::getline(file, line)) {
    absl::string_view group = line;
    if (!absl::ConsumePrefix(&group, "0::")) continue;
    std::filesystem::path folder = absl::StrCat("/sys/fs/cgroup", group);
    for (; folder.has_relative_path(); folder = folder.parent_path()) {
      least = std::min(least, LimitIn(folder / "pids.max"));
    }
  }
  return least;
}

}  // namespace

absl::Status CheckRoom(size_t agents, size_t fds) {
  const uint64_t threads = agents * kThreadsOfAgent + kThreadsOfOurs;
  const struct {
    uint64_t needed;
    const char* what;
    uint64_t allowed;
    const char* limit;
  } limits[] = {
      {fds + kFdsOfOurs, "open files", SoftLimit(RLIMIT_NOFILE), "ulimit -n"},
      {threads, "threads", geteuid() == 0 ? kNoLimit : SoftLimit(RLIMIT_NPROC), "ulimit -u"},
      {threads, "threads", PidsLimit(), "the pids limit of this container or service"},
      {threads, "threads", LimitIn("/proc/sys/kernel/pid_max"), "the sysctl kernel.pid_max"},
      {threads, "threads", LimitIn("/proc/sys/kernel/threads-max"),
       "the sysctl kernel.threads-max"},
  };
  for (const auto& limit : limits) {
    if (limit.needed <= limit.allowed) continue;
    return absl::ResourceExhaustedError(absl::StrCat(agents, " agents need at least ", limit.needed,
                                                     " ", limit.what, ", and ", limit.allowed,
                                                     " are allowed: raise ", limit.limit));
  }
  return absl::OkStatus();
}

uint64_t RoomForNeighbours(absl::string_view family) {
  return LimitIn(absl::StrCat("/proc/sys/net/", family, "/neigh/default/gc_thresh3"));
}

// One host that speaks with all of the others: each of them knows it, and it knows them.
std::string NoticeOfNeighbours(absl::string_view family, size_t hosts, uint64_t room) {
  if (2 * hosts < room) return "";
  return absl::StrCat(
      "this machine's kernel remembers ", room, " ", family, " neighbours of all ", hosts,
      " hosts together; where more hosts speak with one another, EHOSTUNREACH is its"
      " answer: sysctl -w net.",
      family, ".neigh.default.gc_thresh3=", 16 * hosts);
}

}  // namespace balcony::fleet
