// Any bytes at all are read, checked and complained about without a crash, a hang or a leak.
// The first byte says whether they are a script or Markdown, so that a file of the corpus is one as
// it stands.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "controller/script/check.h"
#include "controller/script/parser.h"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace balcony::script;  // NOLINT(google-build-using-namespace)
  const std::string text(data, data + size);
  const bool markdown = size > 0 && (data[0] == '#' || data[0] == '`');
  std::vector<Diagnostic> diagnostics;
  const Script script = Parse(markdown ? "fuzz.md" : "fuzz.balcony", text, diagnostics);
  const Topology topology = BuildTopology(script, {}, diagnostics);
  Check(script, topology, {}, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.span.line < 1 || diagnostic.span.column < 1) __builtin_trap();
    Render("fuzz", script.text, diagnostic);
  }
  return 0;
}
