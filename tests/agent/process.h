// A real balcony-agent in a process of its own, which is killed at the end if it has not ended by
// itself.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "agent/fd.h"

namespace balcony::agent {

// Two ends of a stream.
std::pair<Fd, Fd> SocketPair();

// The end to read from, and the end to write to.
std::pair<Fd, Fd> Pipe();

// Reads a line, without its end.
std::string ReadLine(int descriptor);

// The line of an agent's log that says where it listens, or what it says instead. That it waits for
// a moment to have its socket's folder for itself is passed over.
std::string ReadListening(int log);

// All that comes until the end.
std::string ReadAll(const Fd& from);

class Process {
 public:
  struct Streams {
    Fd in = {};                // its standard input; none: nothing
    Fd out = {};               // its standard output; none: ours
    Fd err = {};               // its standard error; none: ours
    Fd fd = {};                // its descriptor 7; none: none
    std::string root = {};     // its root directory, where it is /balcony-agent; empty: ours
    bool first = false;        // it is the first process of a namespace; root's to ask for
    uint64_t descriptors = 0;  // how many it may have; 0: as many as we
  };

  Process(const std::vector<std::string>& arguments, Streams streams);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t pid() const { return pid_; }

  // The exit code, once it has ended; -1 if it was killed.
  int Wait();

 private:
  pid_t pid_ = -1;
};

}  // namespace balcony::agent
