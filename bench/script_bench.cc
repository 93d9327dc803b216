// Reading and checking a script takes time in proportion to its length.

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "controller/script/check.h"
#include "controller/script/parser.h"

namespace balcony::bench {
namespace {

void BM_ParseAndCheck(benchmark::State& state) {
  std::string text = "host a\n";
  for (int i = 0; i < state.range(0); ++i) text += "a> n = len(\"x\" + \"y\") => 1..3\n";
  for (auto _ : state) {
    std::vector<script::Diagnostic> diagnostics;
    const script::Script script = script::Parse("bench.balcony", text, diagnostics);
    const script::Topology topology = script::BuildTopology(script, {}, diagnostics);
    script::Check(script, topology, {}, diagnostics);
    if (!diagnostics.empty()) state.SkipWithError("the script is not right");
  }
  state.SetComplexityN(state.range(0));
}
BENCHMARK(BM_ParseAndCheck)
    ->Name("ParseAndCheck")
    ->RangeMultiplier(10)
    ->Range(100, 100'000)
    ->Complexity();

}  // namespace
}  // namespace balcony::bench
