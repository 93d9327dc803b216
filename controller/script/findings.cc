#include "controller/script/findings.h"

#include <algorithm>

namespace balcony::script {

Findings::Findings(std::vector<Diagnostic>& diagnostics)
    : diagnostics_(diagnostics), first_(diagnostics.size()) {}

void Findings::Report(const Span& span, std::string message, std::string remedy) {
  if (full() || !places_.emplace(span.line, span.column).second) return;
  diagnostics_.push_back({span, std::move(message), std::move(remedy)});
}

bool Findings::full() const { return places_.size() >= kMaxDiagnostics; }

void Findings::Sort() {
  const auto begin = diagnostics_.begin() + static_cast<std::ptrdiff_t>(first_);
  std::stable_sort(begin, diagnostics_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::pair(a.span.line, a.span.column) < std::pair(b.span.line, b.span.column);
  });
}

}  // namespace balcony::script
