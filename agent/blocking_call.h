// A call that may have to wait: accept, connect, the sends and the receives, poll, resolve.
// Owns:   what the call was asked for and how far it has come.
// Thread: whoever holds the session's mutex.
#pragma once

#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "agent/direction.h"
#include "agent/progress.h"
#include "agent/socket.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent {

class BlockingCall {
 public:
  virtual ~BlockingCall() = default;

  // Brings the call on, without blocking.
  virtual Progress Try(Socket& socket) = 0;

  // The kernel's answer. REQUIRES: the last Try gave kEnded.
  virtual int answer() const = 0;

  // What it waits for while it is blocked: the socket's, or one of its own.
  virtual int Descriptor(const Socket& socket) const { return socket.descriptor(); }

  // How long the kernel lets it wait, by an option of its socket. Asked when it blocks.
  virtual absl::Duration Allowance(const Socket& socket, Direction direction) const {
    return socket.Timeout(direction);
  }
  // It has waited that long: the kernel's answer, or none if it goes on for as long again.
  virtual std::optional<int> TimeUp() { return EAGAIN; }

  // While a connect waits, a receive on its socket waits for it and not for the kernel: it would
  // take the connect's error.
  virtual bool IsConnect() const { return false; }
  virtual bool IsReceive() const { return false; }

  // How much payload it holds, or may come to hold, while it waits. Always the same.
  virtual size_t BufferedBytes() const { return 0; }

  // Writes the call's response with its facts, `succeeded` or as far as it has come; gives the
  // outcome, for the caller to fill in.
  virtual v1::Outcome* Report(const Socket& socket, bool succeeded, v1::Done& done) = 0;
};

}  // namespace balcony::agent
