// One send, sendall, sendto or sendmsg: what is to be sent, and how far it has come.
// Owns:   a window on the data, of at most kWindowBytes or one unit; the whole is never in memory.
// Thread: whoever holds the session's mutex.
// Shapes: send on a waiting TCP socket ends when all is queued; otherwise it takes what there is
//         room for. sendall goes on until all is queued or the kernel refuses. UDP sends all at
//         once. MSG_NOSIGNAL always. MSG_FASTOPEN on TCP is a connect as well, as is the first send
//         after a connect that TCP_FASTOPEN_CONNECT has put off: a waiting send then waits for the
//         connection, as connect(2) does, and sends the rest.
// Units:  bytes.
// Source: send(2); Python's socket.sendall; tcp_sendmsg of Linux for what a blocking send does when
//         it is cut short, tcp_sendmsg_fastopen; RFC 7413.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "agent/endpoint.h"
#include "agent/flags.h"
#include "agent/progress.h"
#include "agent/socket.h"

namespace balcony::agent {

class Sending {
 public:
  struct Request {
    std::string unit;
    uint64_t count = 1;
    Address to;           // unknown: the socket's own peer
    bool all = false;     // sendall
    bool wait = true;     // false: the experiment's socket, or this call, is non-blocking
    Flags flags;          // send(2)'s
    std::string control;  // ancillary data, as sendmsg(2) takes it
  };

  // REQUIRES: count > 0, and on UDP the whole is at most 1 MiB.
  Sending(Request request, bool is_tcp);

  Progress Go(Socket& socket);

  // What the kernel answered; of use after kEnded.
  int answer() const { return answer_; }
  // What it answers after SO_SNDTIMEO; none: sendall calls send(2) again.
  std::optional<int> TimeUp();
  // How many bytes were queued so far.
  uint64_t bytes() const { return sent_; }
  // Whether it waits for a connection that it has begun.
  bool connecting() const { return connecting_; }
  // How many it holds, all the time.
  size_t window_bytes() const { return window_.size(); }

 private:
  Progress Fastopen(Socket& socket);
  Progress GoOn(const Socket& socket);
  ssize_t SendWindow(const Socket& socket);
  bool MustKeepError(const Socket& socket) const;
  Progress Fail(int error);
  Progress End(int answer);

  const Address to_;
  Address peer_;  // whom it connects to, if it is a connect as well
  const bool all_;
  const bool wait_;
  const bool is_tcp_;
  const uint64_t total_;
  std::string window_;  // whole units
  std::string control_;
  int flags_;  // the kernel's
  bool connecting_ = false;
  uint64_t sent_ = 0;
  uint64_t sent_in_time_ = 0;  // when SO_SNDTIMEO last ran out
  int answer_ = 0;
};

}  // namespace balcony::agent
