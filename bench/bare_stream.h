// An empty gRPC stream over a socketpair to another process: the least that a step through a
// session could cost. Built like the session itself: callback API on both sides, an outbox, reading
// ahead.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "controller/wire/fd.h"

namespace balcony::bench {

// Serves the stream on that descriptor until it ends, and if it `sends`, makes the system call that
// Sendto() stands for before each answer; what `balcony_bench --serve-bare FD SENDS` does.
int ServeBare(int fd, bool sends);

// Serves it on standard input and output, as `balcony-agent --stdio` does its own.
int ServeBareOnStdio();

class BareStream {
 public:
  // Starts this very program again as the other side.
  static std::unique_ptr<BareStream> Start(bool sends = false);
  // By a command whose standard input and output lead to the other side: `--serve-bare-stdio`.
  static std::unique_ptr<BareStream> StartBy(const std::string& command);
  virtual ~BareStream() = default;

  // Sends so many messages without waiting for the first answer, then waits for all of them.
  virtual void PingPong(int messages) = 0;
};

}  // namespace balcony::bench
