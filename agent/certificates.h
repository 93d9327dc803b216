// The certificates that handshakes are done with, and their files, which are read again when they
// change.
// Owns:   what the files had when they could be used last; an inotify instance that watches their
//         folders, for a new file comes by rename(2), or as a link. A folder that is made anew, or
//         that a link on the way leads to, is not seen.
// Thread: TakeNew from any; the rest from the one that waits.
// Shapes: a connection keeps the certificates that it began with; new ones get the newest.
// Errors: kUnavailable for files that cannot be used at the start. Later the last good ones hold;
//         the log says so with the reason, once for each reason, and when the files are good again.
// Source: inotify(7).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/access.h"
#include "agent/fd.h"
#include "agent/mutex.h"
#include "agent/pem.h"

namespace balcony::agent {

class Certificates {
 public:
  // REQUIRES: access.has_tls().
  static absl::StatusOr<std::unique_ptr<Certificates>> Read(const Access& access);

  // Whether clients show certificates too.
  bool mutual() const { return !access_.authority.empty(); }

  // Readable when something has changed; then Changed.
  int descriptor() const { return inotify_.get(); }
  void Changed();

  // The newest; absent if they were taken before.
  std::optional<Pem> TakeNew();

 private:
  explicit Certificates(const Access& access);

  // False where one of the folders cannot be watched.
  bool WatchFolders();

  const Access access_;
  const Fd inotify_;
  std::string problem_;     // that was logged; empty: none
  bool unwatched_ = false;  // and logged

  Mutex mutex_;
  Pem newest_ ABSL_GUARDED_BY(mutex_);
  bool is_new_ ABSL_GUARDED_BY(mutex_) = true;
};

}  // namespace balcony::agent
