// Where clients come in: accepts them, keeps to the limits, and hands them to the server.
// Owns:   nothing. Borrows all it works with, for as long as Serve takes.
// Thread: one, which waits here.
// Source: poll(2), accept4(2).
#pragma once

#include "absl/status/status.h"
#include "agent/certificates.h"
#include "agent/clock.h"
#include "agent/connections.h"
#include "agent/listener.h"
#include "agent/server.h"

namespace balcony::agent {

class Gate {
 public:
  // `certificates`: null where connections are plain.
  Gate(Listener& listener, Connections& connections, Certificates* certificates, Server& server,
       const Clock& clock)
      : listener_(listener),
        connections_(connections),
        certificates_(certificates),
        server_(server),
        clock_(clock) {}

  // Until a signal can be read, or `stream`, where there is one, has ended.
  absl::Status Serve(const Fd& signals, const Fd& stream);

 private:
  // False where the kernel has no room for one more: the client waits in its queue.
  bool TakeOne();

  Listener& listener_;
  Connections& connections_;
  Certificates* const certificates_;
  Server& server_;
  const Clock& clock_;
  bool is_short_ = false;
};

}  // namespace balcony::agent
