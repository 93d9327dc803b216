// The events of a session on their way to its stream, one write at a time.
// Owns:   the events that are not written yet. Borrows the stream, which lives until its Finish has
//         been called and every write has been told as Written.
// Thread: any. The mutex covers the queue and the token: whoever sets `writing_` calls the stream
//         after releasing the mutex, and nobody else does until Written gives the token back;
//         Finish takes the same token, once. Taken while a session's mutex is held (Keep); takes
//         none itself.
// Units:  bytes of serialised events.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

#include "agent/event_sink.h"
#include "agent/mutex.h"
#include "agent/places.h"

namespace balcony::agent {

class Outbox final : public EventSink {
 public:
  // What the events are written to. Every call comes with no lock held.
  class Stream {
   public:
    virtual ~Stream() = default;
    // Ends with Written. `more`: another write follows at once.
    virtual void Write(const v1::Event& event, bool more) = 0;
    // The queue has become short again after IsFull was true.
    virtual void Resume() = 0;
    // The queue has become short again after HasRoom was false.
    virtual void Refill() = 0;
    // The last call. `broken`: the stream was broken off by the other side.
    virtual void Finish(bool broken) = 0;
  };

  // `place`: the session's; what is not written is counted there.
  Outbox(Stream& stream, std::shared_ptr<Places::Place> place)
      : stream_(stream), place_(std::move(place)) {}

  void Keep(v1::Event event) override;
  bool HasRoom() override;
  void Send() override;

  // A write has ended; not ok: the stream is broken.
  void Written(bool ok);

  // Whether so much is queued that reading should pause; if so, Resume will come.
  bool IsFull();

  // Finishes the stream: once all is written, or at once if it is broken. What is kept later is
  // dropped.
  void Close(bool broken);

 private:
  struct Letter {
    v1::Event event;
    size_t bytes = 0;
  };

  bool Overflows() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Stream& stream_;
  const std::shared_ptr<Places::Place> place_;
  Mutex mutex_;
  // Its front is being written while writing_.
  std::deque<Letter> queue_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  bool turned_away_ ABSL_GUARDED_BY(mutex_) = false;  // HasRoom was false
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace balcony::agent
