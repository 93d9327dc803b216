// One close(2), which SO_LINGER may make wait.
// Owns:   the socket that is closed; gone at the latest with this.
// Thread: whoever holds the session's mutex.
// Shapes: a close(2) that waits would hold its thread. What it does is done in its place: both
//         directions are shut down, which sends what it would send; the peer's acknowledgement, or
//         the end of its time, is waited for like anything else; the close itself does not linger.
//         Given up, it is as a close(2) that a signal has interrupted: the rest goes on in the
//         kernel.
// Source: close(2), socket(7); __tcp_close and inet_shutdown of Linux.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "agent/blocking_call.h"
#include "agent/places.h"

namespace balcony::agent {

class Closing final : public BlockingCall {
 public:
  // `linger`: as LingerTime told of it.
  Closing(Socket socket, absl::Duration linger, std::shared_ptr<Places::Place> place)
      : hold_(std::move(place), 1), socket_(std::move(socket)), linger_(linger) {}

  Socket& socket() { return socket_; }

  // REQUIRES: it is given its own socket.
  Progress Try(Socket& socket) override;
  int answer() const override { return answer_; }
  absl::Duration Allowance(const Socket&, Direction) const override { return linger_; }
  std::optional<int> TimeUp() override;
  v1::Outcome* Report(const Socket& socket, bool succeeded, v1::Done& done) override;

 private:
  const Places::SocketHold hold_;
  Socket socket_;
  const absl::Duration linger_;
  bool begun_ = false;
  int answer_ = 0;
};

}  // namespace balcony::agent
