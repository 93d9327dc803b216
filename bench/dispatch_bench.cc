// What a call costs in the agent without gRPC, beside the system call that it makes: where the
// time of a step goes.

#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <memory>

#include "agent/clock.h"
#include "agent/dispatch.h"
#include "agent/loop.h"
#include "agent/session.h"
#include "bench/bench_fleet.h"
#include "controller/wire/fd.h"

namespace balcony::bench {
namespace {

// Events that nobody reads.
class Nowhere final : public agent::EventSink {
 public:
  void Keep(v1::Event event) override { benchmark::DoNotOptimize(event); }
  void Send() override {}
};

template <v1::Call (*make)()>
void BM_Dispatch(benchmark::State& state) {
  const agent::Clock clock;
  agent::Loop loop(clock);
  const agent::Limits limits;
  const agent::Policy policy;
  const auto session =
      agent::Session::Open(loop, limits, policy, agent::Places(limits).Take("bench").value(),
                           std::make_shared<Nowhere>());
  v1::Call socket = UdpSocket();
  Dispatch(*session, socket);
  uint64_t id = 0;
  for (auto _ : state) {
    v1::Call call = make();
    call.set_id(++id);
    Dispatch(*session, call);
  }
  session->End();
}
BENCHMARK(BM_Dispatch<Getsockname>)->Name("Dispatch/getsockname");
BENCHMARK(BM_Dispatch<Sendto>)->Name("Dispatch/sendto");

void BM_Getsockname(benchmark::State& state) {
  const wire::Fd udp(socket(AF_INET, SOCK_DGRAM, 0));
  sockaddr_storage own{};
  for (auto _ : state) {
    socklen_t size = sizeof own;
    benchmark::DoNotOptimize(getsockname(udp.get(), reinterpret_cast<sockaddr*>(&own), &size));
  }
}
BENCHMARK(BM_Getsockname)->Name("Syscall/getsockname");

void BM_Sendto(benchmark::State& state) {
  const wire::Fd udp(socket(AF_INET, SOCK_DGRAM, 0));
  for (auto _ : state) SendToNobody(udp.get());
}
BENCHMARK(BM_Sendto)->Name("Syscall/sendto");

}  // namespace
}  // namespace balcony::bench
