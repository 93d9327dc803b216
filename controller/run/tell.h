// From what came of a step to what is told of it.
// Source: proto/balcony/v1/report.proto.
#pragma once

#include <string>

#include "controller/run/run_state.h"
#include "controller/run/step.h"

namespace balcony::run {

// Where a step stands in the file, and what its author wrote.
struct Written {
  script::Span span;
  std::string call;      // "conn, peer = sock.accept()", "wait done"
  std::string function;  // "accept"; for messages
  const std::optional<script::Expect>& expect;
  bool wire = false;  // the wire does it, and no host
};

// The report of a step that has ended. `went_on` is set for one whose answer was no success but
// meant "go no further" (the condition of a `while`), which is no failure.
v1::StepReport Tell(RunState& run, const Written& written, size_t host, const Ended& ended,
                    bool went_on = false);

// "tcp.md:31:1: juliet> conn.recv(1024)", with the prompt that did the step.
std::string PlaceOf(const std::string& file, const script::Span& span, const std::string& prompt,
                    const std::string& call);

// What a step that is no success means for the run.
Failure FailureOf(RunState& run, const v1::StepReport& report);

}  // namespace balcony::run
