// A run as people read it: one line a step, in the file's own notation; what is not a step stands
// behind "#".
// Shapes: pure; each function gives whole lines, the last newline included.
// Source: docs/language.md, "The transcript".
#pragma once

#include <string>
#include <vector>

#include "balcony/v1/report.pb.h"

namespace balcony::report {

// How a transcript is laid out. Answers stand in one column behind the calls, if the calls are not
// too long.
struct Layout {
  size_t prompt_width = 0;  // columns of the longest prompt, ">" included
  size_t call_width = 0;    // columns of the longest call that leaves room for its answer
  bool colour = false;
};

// "# tcp.md: romeo 10.10.0.100, juliet 10.10.0.101", and a line for the notice if there is one.
std::string Opening(const v1::FileReport& report, const Layout& layout);

// One step. When several hosts did it with one result it is one line, with the file's own prompt.
std::string StepLines(const std::vector<v1::StepReport>& steps, const std::string& prompt,
                      const Layout& layout);

// The sockets of the hosts after a failure, as ss(8) would show them.
std::string SocketLines(const v1::FileReport& report, const Layout& layout);

// "# passed: 24 steps in 9 ms", "# skipped: needs wire, and given agents have none".
// `steps_in_file` is how many steps the file has, loops counted once.
std::string VerdictLine(const v1::FileReport& report, size_t steps_in_file, const Layout& layout);

// "# 5 files: 4 passed, 1 skipped". Empty for one file.
std::string Total(const v1::Report& report, const Layout& layout);

// The step that failed the run; null if none did.
const v1::StepReport* FindBad(const v1::FileReport& report);

// "passed", "failed", "invalid", "not run", "cancelled", "undecided", "skipped".
std::string VerdictName(v1::Verdict verdict);

// "1 step", "3 steps".
std::string Count(size_t number, const std::string& what);

// How many columns a terminal needs for the text: UTF-8 characters, each one column wide.
size_t Columns(const std::string& text);

}  // namespace balcony::report
