// The signals that end a run: the first one ends it as a failed step does, with its verdict and its
// report; one that comes half a second later or more ends the program. (Some who end a program
// signal it and its process group, so that it gets two at once.)
// Owns:   a thread that waits for them, to the end of the program.
// Thread: one, before there is a second that should not be interrupted.
// Source: signal(7), sigwait(3), nohup(1): what was ignored when the program began stays ignored.
#pragma once

#include <atomic>

#include "controller/run/input.h"

namespace balcony::cli {

class Signals {
 public:
  // From now on SIGINT, SIGTERM and SIGHUP interrupt the run of this input, which lives as long as
  // the program.
  explicit Signals(run::Input& input);

  // Dies by the signal that has ended a run, as whoever started this program expects it; returns
  // if there was none.
  void Follow() const;

 private:
  std::atomic<int> caught_ = 0;
};

}  // namespace balcony::cli
