// The person at the terminal, or the pipe in their place: types lines, and may want the run to end.
// Owns:   what was read and not asked for yet, and an eventfd. Borrows the descriptor of what is
//         typed, and the stream of the prompts.
// Thread: any; one asks at a time, the others wait their turn. The listener is called with a mutex
//         of its own held, by whoever interrupts.
// Errors: kOutOfRange at the end of the input; kCancelled for who is asked in a run that is
//         interrupted, or has failed meanwhile.
// Source: docs/language.md, "Calls"; eventfd(2), poll(2).
#pragma once

#include <functional>
#include <iosfwd>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/wire/fd.h"

namespace balcony::run {

class Input {
 public:
  // Reads lines of `in`; writes prompts to `out` where a person reads them, else `out` is null.
  Input(int in, std::ostream* out);

  absl::StatusOr<std::string> Ask(const std::string& prompt);

  // How long people were waited for so far: no run's limit counts that.
  absl::Duration waited();

  // Ends the run that is under way, or else the next one as it begins. False if there was none so
  // far: then there is nothing to tell.
  bool Interrupt(const std::string& why);
  bool interrupted();
  // Readable from then on.
  int interruption() const { return interruption_.get(); }

  // Nobody is asked any more in the run that is under way: it has failed while somebody was.
  void GiveUp();

  // From now on a run is under way, and is ended so; nullptr: no more.
  void WhenInterrupted(std::function<void(const std::string& why)> end);

 private:
  // Reads until there is a whole line, or no more of them. False if it is not to go on.
  bool Fill();

  const int in_;
  std::ostream* const out_;
  const wire::Fd interruption_;  // readable once interrupted or given up
  std::mutex mutex_;             // covers what is typed, the prompts and waited_
  std::string typed_;
  bool ended_ = false;
  absl::Duration waited_ = absl::ZeroDuration();

  std::mutex end_mutex_;  // covers what follows
  std::function<void(const std::string&)> end_;
  bool begun_ = false;  // a run was under way
  std::string why_;     // it was interrupted; empty: it was not
};

}  // namespace balcony::run
