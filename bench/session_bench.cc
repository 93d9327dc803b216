// A step through a session beside a message through an empty gRPC stream, in one run, interleaved:
// medians on a shared machine swing by half, their ratio does not.

#include <benchmark/benchmark.h>

#include <memory>
#include <vector>

#include "bench/bare_stream.h"
#include "bench/bench_fleet.h"
#include "bench/measure.h"

namespace balcony::bench {
namespace {

// The two sides, freshly started: how the kernel places a pair of processes on the cores stays for
// as long as they live, and decides more than all else. So many pairs are measured, and all their
// times pooled.
struct Sides {
  explicit Sides(bool sends) : bare(BareStream::Start(sends)) {}
  std::unique_ptr<BareStream> bare;
  std::unique_ptr<fleet::Fleet> fleet = BenchFleet::Get().Make();
  fleet::AgentLink& agent() { return *fleet->hosts.front().agent; }
};

// Times both, turn by turn, and gives their medians for one message and the ratio of these.
void Interleave(benchmark::State& state, int messages, void (*ours)(fleet::AgentLink&, int),
                void (*bare)(BareStream&, int), bool sends = false) {
  constexpr int kTurns = 20;
  std::vector<double> our_times;
  std::vector<double> bare_times;
  for (auto _ : state) {
    Sides sides(sends);
    for (int turn = -1; turn < kTurns; ++turn) {  // the first one warms up
      const double bare_time = Microseconds([&] { bare(*sides.bare, messages); }) / messages;
      const double our_time = Microseconds([&] { ours(sides.agent(), messages); }) / messages;
      if (turn < 0) continue;
      bare_times.push_back(bare_time);
      our_times.push_back(our_time);
    }
  }
  state.counters["ours_us"] = Median(our_times);
  state.counters["bare_us"] = Median(bare_times);
  state.counters["ratio"] = Median(our_times) / Median(bare_times);
  state.counters["throughput"] = Median(bare_times) / Median(our_times);
}

// All at once. They end in order, so the last one's end is waited for, as the bare stream does.
void AllAtOnce(fleet::AgentLink& agent, int calls) {
  std::vector<std::shared_ptr<fleet::PendingCall>> pending(static_cast<size_t>(calls));
  for (auto& call : pending) call = agent.Start(Getsockname());
  Await(pending.back());
  for (const auto& call : pending) Await(call);
}

// What each step of an experiment waits for: at most 1.15 times the bare round trip.
template <v1::Call (*make)(), bool kSends = false>
void BM_Step(benchmark::State& state) {
  const auto one_at_a_time = [](BareStream& bare, int messages) {
    for (int i = 0; i < messages; ++i) bare.PingPong(1);
  };
  Interleave(state, 50, OneAtATime<make>, one_at_a_time, kSends);
}
BENCHMARK(BM_Step<Getsockname>)->Name("Step/getsockname")->Iterations(30)->UseRealTime();
// What the kernel does for a datagram to nobody, an ICMP error and all, is a good part of this one.
BENCHMARK(BM_Step<Sendto>)->Name("Step/sendto")->Iterations(30)->UseRealTime();
// So here the other side does that, too.
BENCHMARK(BM_Step<Sendto, true>)->Name("Step/sendto_on_both")->Iterations(30)->UseRealTime();

// Calls in flight: at least 0.8 times as many a second as on the bare stream.
void BM_InFlight(benchmark::State& state) {
  Interleave(state, static_cast<int>(state.range(0)), AllAtOnce,
             [](BareStream& bare, int messages) { bare.PingPong(messages); });
}
BENCHMARK(BM_InFlight)->Name("InFlight")->Arg(100)->Arg(1000)->Iterations(30)->UseRealTime();

}  // namespace
}  // namespace balcony::bench
