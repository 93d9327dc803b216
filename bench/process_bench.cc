// Whole processes: an experiment from the command line's start to its exit code, and an agent from
// its start to its first answer, with its resident size.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "bench/bench_fleet.h"

namespace balcony::bench {
namespace {

// At most 0.15 s, the goal is 0.10 s.
void BM_RunTcpExperiment(benchmark::State& state) {
  const std::string balcony = Beside("balcony");
  for (auto _ : state) {
    const pid_t child = vfork();
    if (child == 0) {
      const int quiet = open("/dev/null", O_WRONLY);
      dup2(quiet, STDOUT_FILENO);
      execl(balcony.c_str(), "balcony", "run",
            BALCONY_SOURCE_DIR "/experiments/romeo-and-juliet/tcp.md", nullptr);
      _exit(127);
    }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) state.SkipWithError("the experiment did not pass");
  }
}
BENCHMARK(BM_RunTcpExperiment)->Iterations(100)->UseRealTime()->Unit(benchmark::kMillisecond);

// The children of the nursery that are agents: the largest resident size among them, in MB.
double AgentResidentMegabytes() {
  double most = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream status(entry.path() / "status");
    std::string word;
    bool agent = false;
    while (status >> word) {
      if (word == "balcony-agent") agent = true;
      double kilobytes = 0;
      if (agent && word == "VmRSS:" && status >> kilobytes) most = std::max(most, kilobytes / 1024);
    }
  }
  return most;
}

void BM_AgentStart(benchmark::State& state) {
  double resident = 0;
  for (auto _ : state) {
    const auto fleet = BenchFleet::Get().Make();
    state.PauseTiming();
    resident = AgentResidentMegabytes();
    state.ResumeTiming();
  }
  state.counters["resident_MB"] = resident;
}
BENCHMARK(BM_AgentStart)->Iterations(50)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace balcony::bench
