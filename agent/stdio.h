// Standard input and output, as one stream socket. Why: gRPC wants one descriptor that is a socket;
// ssh, docker and kubectl give two pipes.
// Owns:   two threads that copy, each until its source ends; they end with the process.
// Thread: any.
// Source: read(2), write(2), shutdown(2).
#pragma once

#include "agent/fd.h"

namespace balcony::agent {

class Stdio {
 public:
  // Copies between `stream` and descriptors 0 and 1. The end of standard input is the end of the
  // stream's sending side.
  static void Join(Fd stream);

  // As Join; returns when the stream has ended and all of it is on standard output.
  static void JoinAndWait(Fd stream);

  // Gives the other end of a new socket pair whose one end is joined.
  static Fd Open();
};

}  // namespace balcony::agent
