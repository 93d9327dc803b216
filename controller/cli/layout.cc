#include "controller/cli/layout.h"

#include <algorithm>

#include "controller/cli/load.h"

namespace balcony::cli {
namespace {

// Calls longer than this have their answer on the next line.
constexpr size_t kMostCallWidth = 60;

void Widen(size_t& width, const std::string& text, size_t most) {
  const size_t columns = report::Columns(text);
  if (columns <= most) width = std::max(width, columns);
}

void Measure(const script::Statement& statement, report::Layout& layout) {
  if (statement.prompt) Widen(layout.prompt_width, statement.prompt->text, kMostCallWidth);
  if (const script::Step* step = StepOf(statement)) {
    Widen(layout.call_width, step->text, kMostCallWidth);
  } else if (const auto* wait = std::get_if<script::Wait>(&statement.node)) {
    Widen(layout.call_width, wait->text, kMostCallWidth);
  }
}

}  // namespace

report::Layout MakeLayout(const script::Script& script, const script::Topology& topology,
                          bool colour) {
  report::Layout layout;
  layout.colour = colour;
  for (const script::Host& host : topology.hosts)
    Widen(layout.prompt_width, host.name + ">", kMostCallWidth);
  Walk(script.statements, [&](const script::Statement& statement) { Measure(statement, layout); });
  return layout;
}

}  // namespace balcony::cli
