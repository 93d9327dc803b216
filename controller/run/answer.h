// What came of a call, in the notation's terms.
// Shapes: exactly one kind; a value may have several parts (accept gives two), or none (bind).
// Source: docs/language.md, "Patterns": outcomes are disjoint.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "balcony/v1/session.pb.h"
#include "controller/run/names.h"
#include "controller/run/request.h"
#include "controller/run/value.h"

namespace balcony::run {

struct Answer {
  enum class Kind { kValue, kEof, kErrno, kNameError, kBlocks, kTimedOut, kCancelled };

  Kind kind = Kind::kValue;
  std::vector<Value> values;          // kValue
  std::string error;                  // kErrno: "ECONNREFUSED"; kNameError: "EAI_NONAME"
  uint64_t bytes = 0;                 // what a call had moved that then timed out or was cancelled
  std::string undecided;              // why it may not be so, or not for good; empty if it is
  std::string held;                   // kErrno: by whom that is none of the run's; or empty
  std::string warning;                // what its author must know; or empty
  bool closed = false;                // kCancelled: because its socket was closed
  bool input_ended = false;           // kEof: of the person's input, and not of a stream
  std::optional<absl::Time> started;  // on the agent's clock; unset if no agent was asked
  std::optional<absl::Time> blocked;
  std::optional<absl::Time> ended;

  absl::Duration duration() const;  // zero if no agent was asked
};

Answer ReadAnswer(const v1::Done& done, const Request& request);

// As it stands behind "=>": empty for a call that succeeds without a value.
std::string Write(const Answer& answer, const Names& names, size_t self);

}  // namespace balcony::run
