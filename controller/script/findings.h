// What the check has found so far.
// Shapes: one finding a place: several hosts do a step, and are wrong in the same way; at most 20
//         in all.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "controller/script/source.h"

namespace balcony::script {

class Findings {
 public:
  // The list is borrowed for the findings' life; what is in it already stays.
  explicit Findings(std::vector<Diagnostic>& diagnostics);

  void Report(const Span& span, std::string message, std::string remedy = {});
  // There are so many that more would not help.
  bool full() const;
  // Puts what was found into the file's order.
  void Sort();

 private:
  std::vector<Diagnostic>& diagnostics_;
  size_t first_;
  std::set<std::pair<int, int>> places_;
};

}  // namespace balcony::script
