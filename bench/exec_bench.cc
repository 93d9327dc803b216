// A step through `docker exec`, and through ssh, beside a message through an empty gRPC stream by
// the same command, in one run: at most 1.2 times the bare round trip.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "bench/bare_stream.h"
#include "bench/bench_fleet.h"
#include "bench/measure.h"
#include "controller/fleet/command.h"

namespace balcony::bench {
namespace {

constexpr absl::Duration kComesUp = absl::Seconds(30);

// A container with an agent in it, and with this program, which finds its libraries where it has
// them here.
class Container {
 public:
  Container() {
    const auto id = fleet::OutputOf(
        absl::StrCat("docker run --detach --rm --network none --volume /usr:/usr:ro --volume"
                     " /lib:/lib:ro --volume /lib64:/lib64:ro --volume ",
                     Beside(""), ":/bench:ro balcony-agent"),
        kComesUp);
    if (id.ok()) id_ = std::string(absl::StripAsciiWhitespace(*id));
    why_ = std::string(id.status().message());
  }
  ~Container() {
    if (!id_.empty()) (void)fleet::OutputOf("docker rm --force " + id_, kComesUp);
  }
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;

  bool ok() const { return !id_.empty(); }
  const std::string& why() const { return why_; }
  std::string Exec(const std::string& program) const {
    return absl::StrCat("exec docker exec --interactive ", id_, " ", program);
  }

 private:
  std::string id_;
  std::string why_;
};

// An sshd for one ssh at a time, which starts it and speaks with it over a pipe: nothing listens.
class Sshd {
 public:
  Sshd() {
    const auto made = fleet::OutputOf(
        "set -e; mkdir -p /run/sshd; folder=$(mktemp -d); cd $folder;"
        " ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user;"
        " printf 'HostKey %s/host\nAuthorizedKeysFile %s/user.pub\nStrictModes no\nUsePAM no\n'"
        " $folder $folder >config; /usr/sbin/sshd -t -f config; echo $folder",
        kComesUp);
    if (made.ok()) folder_ = std::string(absl::StripAsciiWhitespace(*made));
    why_ = std::string(made.status().message());
  }
  ~Sshd() {
    if (!folder_.empty()) (void)fleet::OutputOf("rm -r " + folder_, kComesUp);
  }
  Sshd(const Sshd&) = delete;
  Sshd& operator=(const Sshd&) = delete;

  bool ok() const { return !folder_.empty(); }
  const std::string& why() const { return why_; }
  std::string Ssh(const std::string& program) const {
    return absl::StrCat("exec ssh -F none -i ", folder_, "/user -o StrictHostKeyChecking=no -o",
                        " UserKnownHostsFile=/dev/null -o BatchMode=yes -o ProxyCommand='",
                        "/usr/sbin/sshd -i -f ", folder_, "/config' localhost exec ", program);
  }

 private:
  std::string folder_;
  std::string why_;
};

std::unique_ptr<fleet::AgentLink> JoinBy(const std::string& command) {
  auto running = fleet::RunCommand(command);
  if (!running.ok()) std::abort();
  auto link = fleet::AgentLink::Join(
      "host", std::move(running->stream), true,
      [process = running->process] { return process->Obituary(); }, kComesUp);
  if (!link.ok()) std::abort();
  MakeSocket(**link);
  return *std::move(link);
}

// `bare` and `ours` are commands: the program of an empty stream, and an agent.
void CompareSteps(benchmark::State& state, const std::string& bare_command,
                  const std::string& our_command) {
  constexpr int kTurns = 10;
  constexpr int kMessages = 50;
  std::vector<double> our_times;
  std::vector<double> bare_times;
  for (auto _ : state) {
    const auto bare = BareStream::StartBy(bare_command);
    const auto ours = JoinBy(our_command);
    for (int turn = -1; turn < kTurns; ++turn) {  // the first one warms up
      const double bare_time = Microseconds([&] {
        for (int i = 0; i < kMessages; ++i) bare->PingPong(1);
      });
      const double our_time = Microseconds([&] { OneAtATime<Getsockname>(*ours, kMessages); });
      if (turn < 0) continue;
      bare_times.push_back(bare_time / kMessages);
      our_times.push_back(our_time / kMessages);
    }
  }
  state.counters["ours_us"] = Median(our_times);
  state.counters["bare_us"] = Median(bare_times);
  state.counters["ratio"] = Median(our_times) / Median(bare_times);
}

void BM_ExecStep(benchmark::State& state) {
  const Container container;
  if (!container.ok()) return state.SkipWithError(container.why().c_str());
  CompareSteps(state, container.Exec("/bench/balcony_bench --serve-bare-stdio"),
               container.Exec("balcony-agent --stdio=unix:/run/balcony/%H.sock"));
}
BENCHMARK(BM_ExecStep)->Name("Step/docker_exec")->Iterations(10)->UseRealTime();

void BM_SshStep(benchmark::State& state) {
  const Sshd sshd;
  if (!sshd.ok()) return state.SkipWithError(sshd.why().c_str());
  CompareSteps(state, sshd.Ssh(Beside("balcony_bench") + " --serve-bare-stdio"),
               sshd.Ssh(Beside("balcony-agent") + " --stdio"));
}
BENCHMARK(BM_SshStep)->Name("Step/ssh")->Iterations(10)->UseRealTime();

}  // namespace
}  // namespace balcony::bench
