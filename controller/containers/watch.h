// What the engine tells of containers while an experiment is played in them.
// Owns:   a `docker events`, and the thread that reads it.
// Thread: any. Whoever is to be told is called on that thread, with no mutex held.
// Source: docker-events(1).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "controller/containers/engine.h"
#include "controller/fleet/command.h"

namespace balcony::containers {

class Watch {
 public:
  // What happens from now on is seen.
  static absl::StatusOr<std::unique_ptr<Watch>> Start();
  ~Watch();  // nobody is told any more
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // Why the stream to an agent in this container may have ended, "the container juliet was paused";
  // empty where the engine says nothing of it. Waits a moment for what comes behind the end. May
  // outlive the watch.
  std::function<std::string()> CauseFor(const Container& container);

  // Has `tell` called once, where the container's streams go on but the host is not what it was.
  void WhenEnded(const Container& container, std::function<void(const std::string& why)> tell);

 private:
  class Records;
  explicit Watch(fleet::RunningCommand events);
  void Read();

  fleet::RunningCommand events_;
  const std::shared_ptr<Records> records_;
  std::thread reader_;
};

}  // namespace balcony::containers
