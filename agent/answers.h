// The events of a session without a stream: each goes to the one who asked.
// Owns:   the answers that are not told yet. Borrows the callers, each until it is told. Counts
//         what is told and not written yet in the session's place.
// Thread: any. The mutex covers who waits and what is to be told. Taken while a session's mutex is
//         held (Keep); takes none itself, and nobody is told while it is held.
// Shapes: a caller is told exactly once: by whoever took it from those who wait.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agent/event_sink.h"
#include "agent/mutex.h"
#include "agent/places.h"

namespace balcony::agent {

class Answers final : public EventSink {
 public:
  // Who waits for the end of a call. May be gone when it has been told.
  class Caller {
   public:
    virtual ~Caller() = default;
    // A done or a refused event.
    virtual void Answered(const v1::Event& event) = 0;
    // The session has ended first.
    virtual void Dropped() = 0;
  };

  explicit Answers(std::shared_ptr<Places::Place> place) : place_(std::move(place)) {}

  // Gives the id that the caller's call must have; 0 if the session has ended.
  uint64_t Expect(Caller& caller);

  void Keep(v1::Event event) override;
  // False only while something is not written; Session::Resume is due when it is.
  bool HasRoom() override;
  void Send() override;

  // A response of so many bytes is about to be written; it has been.
  void Hold(uint64_t bytes);
  void Release(uint64_t bytes);

  // Tells all who still wait. REQUIRES: the session has ended, so that no more is kept.
  void Close();

 private:
  const std::shared_ptr<Places::Place> place_;
  std::atomic<uint64_t> unwritten_ = 0;
  Mutex mutex_;
  uint64_t last_id_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::unordered_map<uint64_t, Caller*> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::pair<Caller*, v1::Event>> answered_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace balcony::agent
