// Where a session's events go.
#pragma once

#include "balcony/v1/session.pb.h"

namespace balcony::agent {

class EventSink {
 public:
  virtual ~EventSink() = default;

  // Takes an event, to be sent in the order of these calls. Called with the session's mutex held:
  // it keeps the event and does nothing else.
  virtual void Keep(v1::Event event) = 0;

  // Whether there is room for an event with a payload; if not, Session::Resume comes when there is.
  // Called like Keep.
  virtual bool HasRoom() { return true; }

  // Sends what is kept, or sees to it that it is sent. Called with no lock held, by any thread.
  virtual void Send() = 0;
};

}  // namespace balcony::agent
