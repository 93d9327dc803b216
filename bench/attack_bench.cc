// A legitimate client's round trip through an agent with TLS, quiet and while intruders try to get
// in, in one run, turn by turn.

#include <benchmark/benchmark.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bench/bench_fleet.h"
#include "bench/intruders.h"
#include "bench/measure.h"
#include "controller/fleet/agent_link.h"
#include "controller/fleet/channel.h"

namespace balcony::bench {
namespace {

// A folder with an authority, a controller's certificate and that of an agent on 127.0.0.1.
class Certificates {
 public:
  Certificates() {
    std::string path = std::filesystem::temp_directory_path() / "balcony-bench-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) std::abort();
    folder_ = path;
    const std::string command = absl::StrCat("'", Beside("balcony"), "' certs '", folder(),
                                             "' --agent 127.0.0.1 >/dev/null");
    if (std::system(command.c_str()) != 0) std::abort();
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::string folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

// An agent that listens on a port of 127.0.0.1 with TLS.
class GuardedAgent {
 public:
  explicit GuardedAgent(const Certificates& certificates) {
    const std::string own = certificates.folder() + "/agent-127.0.0.1";
    const std::string log = certificates.folder() + "/log";
    pid_ = fork();
    if (pid_ == 0) {
      if (std::freopen(log.c_str(), "w", stderr) == nullptr) _exit(127);
      execl(Beside("balcony-agent").c_str(), "balcony-agent", "--listen", "127.0.0.1:0",
            "--tls-cert", (own + ".pem").c_str(), "--tls-key", (own + "-key.pem").c_str(),
            "--tls-ca", (certificates.folder() + "/ca.pem").c_str(), nullptr);
      _exit(127);
    }
    while (port_ == 0) port_ = PortIn(log);
  }
  ~GuardedAgent() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
  }
  GuardedAgent(const GuardedAgent&) = delete;
  GuardedAgent& operator=(const GuardedAgent&) = delete;

  uint16_t port() const { return port_; }

 private:
  // Of "listening on 127.0.0.1:PORT"; 0 until it is there.
  static uint16_t PortIn(const std::string& log) {
    constexpr std::string_view kBefore = "listening on 127.0.0.1:";
    std::ifstream file(log);
    for (std::string line; std::getline(file, line) && !file.eof();) {
      const auto at = line.find(kBefore);
      uint32_t port = 0;
      if (at == std::string::npos) continue;
      const std::string rest = line.substr(at + kBefore.size());
      if (absl::SimpleAtoi(rest.substr(0, rest.find(' ')), &port)) {
        return static_cast<uint16_t>(port);
      }
    }
    return 0;
  }

  pid_t pid_ = -1;
  uint16_t port_ = 0;
};

// At most 2.
void BM_UnderAttack(benchmark::State& state) {
  constexpr int kCalls = 500;
  const Certificates own;
  const Certificates strange;
  const GuardedAgent agent(own);
  fleet::Tls tls;
  tls.folder = own.folder();
  const auto channel = fleet::ChannelTo(absl::StrCat("127.0.0.1:", agent.port()), tls);
  const auto link = fleet::AgentLink::Dial("host", *channel, absl::Seconds(10));
  MakeSocket(*link);
  Intruders intruders(agent.port(), strange.folder());
  const auto time_of_one = [&link] {
    return Microseconds([&link] { OneAtATime<Getsockname>(*link, kCalls); }) / kCalls;
  };
  std::vector<double> quiet;
  std::vector<double> attacked;
  for (auto _ : state) {
    quiet.push_back(time_of_one());
    intruders.Let();
    attacked.push_back(time_of_one());
    intruders.HoldUp();
  }
  const Intruders::Tally tally = intruders.Count();
  state.counters["quiet_us"] = Median(quiet);
  state.counters["attacked_us"] = Median(attacked);
  state.counters["ratio"] = Median(attacked) / Median(quiet);
  state.counters["tries"] = tally.tries;
  state.counters["let_in"] = tally.let_in;
  if (tally.tries == 0) state.SkipWithError("nobody tried to get in");
}
BENCHMARK(BM_UnderAttack)->Name("Step/under_attack")->Iterations(60)->UseRealTime();

}  // namespace
}  // namespace balcony::bench
