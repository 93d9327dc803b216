// balcony_bench: Google Benchmark's own command line, the other side of the bare stream, or
// intruders.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "bench/bare_stream.h"
#include "bench/bench_fleet.h"
#include "bench/intruders.h"
#include "tests/agent/namespace.h"

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--serve-bare")
    return balcony::bench::ServeBare(std::atoi(argv[2]), std::atoi(argv[3]) != 0);
  if (argc == 2 && std::string_view(argv[1]) == "--serve-bare-stdio")
    return balcony::bench::ServeBareOnStdio();
  if (argc == 4 && std::string_view(argv[1]) == "--intrude")
    return balcony::bench::Intrude(static_cast<uint16_t>(std::atoi(argv[2])), argv[3]);
  // Where no packet filter of this machine's takes part in what is measured.
  if (!balcony::agent::EnterNamespace())
    std::cerr << "bench: in this machine's own network: no namespace can be made here\n";
  balcony::bench::BenchFleet::Get();  // its nursery comes before there is a second thread
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
