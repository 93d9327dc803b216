#include "agent/certificates.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "agent/log.h"

namespace balcony::agent {
namespace {

constexpr uint32_t kChanges = IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_DELETE_SELF |
                              IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF;

std::string FolderOf(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

}  // namespace

Certificates::Certificates(const Access& access)
    : access_(access), inotify_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

absl::StatusOr<std::unique_ptr<Certificates>> Certificates::Read(const Access& access) {
  std::unique_ptr<Certificates> made(new Certificates(access));
  // First, so that nothing changes unseen in between.
  const bool watches = made->WatchFolders();
  absl::StatusOr<Pem> pem = ReadPem(access);
  if (!pem.ok()) return pem.status();
  if (!watches) LogWarning("certificates cannot be watched: new ones take a new start");
  MutexLock lock(made->mutex_);
  made->newest_ = *std::move(pem);
  return made;
}

bool Certificates::WatchFolders() {
  bool watches = inotify_.ok();
  for (const std::string& path : {access_.certificate, access_.key, access_.authority}) {
    if (path.empty()) continue;
    watches = inotify_add_watch(inotify_.get(), FolderOf(path).c_str(), kChanges) >= 0 && watches;
  }
  return watches;
}

void Certificates::Changed() {
  std::array<char, 4096> events;
  while (read(inotify_.get(), events.data(), events.size()) > 0) {
  }
  // One may be another by now.
  if (!WatchFolders() && !std::exchange(unwatched_, true)) {
    LogWarning("certificates cannot be watched any more: new ones take a new start");
  }
  absl::StatusOr<Pem> pem = ReadPem(access_);
  const std::string problem(pem.status().message());
  const std::string before = std::exchange(problem_, problem);
  if (!pem.ok()) {
    if (problem == before) return;
    LogWarning("new certificates cannot be used, and the last good ones hold", {{"why", problem}});
    return;
  }
  MutexLock lock(mutex_);
  if (*pem == newest_ && before.empty()) return;
  is_new_ = is_new_ || *pem != newest_;
  newest_ = *std::move(pem);
  LogInfo("certificates read again", {{"certificate", access_.certificate},
                                      {"key", access_.key},
                                      {"authority", access_.authority}});
}

std::optional<Pem> Certificates::TakeNew() {
  MutexLock lock(mutex_);
  if (!std::exchange(is_new_, false)) return std::nullopt;
  return newest_;
}

}  // namespace balcony::agent
