#include "controller/run/play.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/str_cat.h"
#include "controller/run/ask.h"
#include "controller/run/clocks.h"
#include "controller/run/lane.h"
#include "controller/run/notation.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::run {
namespace {

using google::protobuf::util::TimeUtil;

// Tells the audience and keeps a copy for the report.
class Recorder : public StepLog {
 public:
  Recorder(StepLog& audience, v1::FileReport& report) : audience_(audience), report_(report) {}

  void Add(std::vector<v1::StepReport> steps, const std::string& prompt) override {
    for (const v1::StepReport& step : steps) *report_.add_steps() = step;
    audience_.Add(std::move(steps), prompt);
  }

 private:
  StepLog& audience_;
  v1::FileReport& report_;
};

// Those with agents are by their numbers; external ones come behind them.
std::vector<NamedHost> NameHosts(const fleet::Fleet& fleet, const script::Topology& topology) {
  std::vector<NamedHost> named;
  for (const fleet::FleetHost& host : fleet.hosts) {
    const auto loopback = fleet.localhost.find(host.name);
    named.push_back({host.name, host.addresses,
                     loopback == fleet.localhost.end() ? "127.0.0.1" : loopback->second});
  }
  for (const script::External& external : topology.externals)
    named.push_back({external.name, external.addresses, ""});
  return named;
}

// A socket's two ends; of one that is not connected the peer is port 0.
struct Ends {
  v1::Endpoint local;
  v1::Endpoint peer;
};

// Of the sockets that a host has made.
std::vector<Ends> EndsOf(fleet::Fleet& fleet, Variables& variables, size_t host) {
  std::vector<Ends> all;
  fleet::AgentLink& agent = *fleet.hosts[host].agent;
  for (const Socket& socket : variables.Sockets(host)) {
    auto local = AskLocal(agent, socket.name);
    if (!local.ok() || !*local) continue;
    auto peer = AskPeer(agent, socket.name);
    all.push_back({**std::move(local),
                   peer.ok() && *peer ? **std::move(peer) : v1::Endpoint::default_instance()});
  }
  return all;
}

// On hosts that share one stack an unbound socket sends from 127.0.0.1, whoever's it is: so the
// agents are asked.
bool IsAt(const Ends& ends, const std::string& address, uint32_t port) {
  const v1::Endpoint& local = ends.local;
  return local.port() == port && (local.address() == address || local.address() == "0.0.0.0");
}

bool IsExternal(const script::Topology& topology, const std::string& address) {
  return std::any_of(
      topology.externals.begin(), topology.externals.end(), [&](const script::External& external) {
        return std::find(external.addresses.begin(), external.addresses.end(), address) !=
               external.addresses.end();
      });
}

// While it lives, a run ends as soon as one of its agents is lost, whoever's turn it is.
class LossWatch {
 public:
  LossWatch(fleet::Fleet& fleet, Input& input, RunState& run) : fleet_(fleet) {
    for (const fleet::FleetHost& host : fleet_.hosts) {
      host.agent->WhenLost([&input, &run](const absl::Status& lost) {
        run.Fail({v1::VERDICT_NOT_RUN, "", std::string(lost.message())});
        input.GiveUp();  // after the run has its reason
      });
    }
  }
  ~LossWatch() {
    for (const fleet::FleetHost& host : fleet_.hosts) host.agent->WhenLost(nullptr);
  }
  LossWatch(const LossWatch&) = delete;
  LossWatch& operator=(const LossWatch&) = delete;

 private:
  fleet::Fleet& fleet_;
};

// While it lives, a run ends when it is interrupted.
class InterruptionWatch {
 public:
  InterruptionWatch(Input& input, RunState& run) : input_(input) {
    input_.WhenInterrupted([&run](const std::string& why) {
      run.Fail({v1::VERDICT_NOT_RUN, "", why});
    });
  }
  ~InterruptionWatch() { input_.WhenInterrupted(nullptr); }
  InterruptionWatch(const InterruptionWatch&) = delete;
  InterruptionWatch& operator=(const InterruptionWatch&) = delete;

 private:
  Input& input_;
};

// Of a table that hosts share, what is the host's own: what is at one of its addresses, and what
// its sockets are bound to.
void KeepOwn(const fleet::FleetHost& host, const std::vector<Ends>& all, v1::HostSockets& told) {
  auto& entries = *told.mutable_sockets();
  const auto others = std::remove_if(entries.begin(), entries.end(), [&](const auto& entry) {
    const std::string& address = entry.local().address();
    const bool at_home =
        std::find(host.addresses.begin(), host.addresses.end(), address) != host.addresses.end();
    // Another host's connection may have the same port, to another peer.
    const bool own = std::any_of(all.begin(), all.end(), [&](const Ends& ends) {
      return IsAt(ends, address, entry.local().port()) && ends.peer.port() == entry.peer().port();
    });
    return !at_home && !own;
  });
  entries.erase(others, entries.end());
}

// What the sockets were doing, before anything is cleaned up.
void Autopsy(fleet::Fleet& fleet, Variables& variables, v1::FileReport& report) {
  for (size_t i = 0; i < fleet.hosts.size(); ++i) {
    const fleet::FleetHost& host = fleet.hosts[i];
    v1::HostSockets& told = *report.add_sockets();
    told.set_host(host.name);
    auto sockets = AskSockets(*host.agent);
    told.set_unknown(std::string(sockets.status().message()));
    if (!sockets.ok()) continue;
    told.mutable_sockets()->Swap(sockets->mutable_sockets());
    if (fleet.wire == nullptr) KeepOwn(host, EndsOf(fleet, variables, i), told);
  }
}

}  // namespace

v1::FileReport Introduce(const script::Script& script, const script::Topology& topology,
                         const fleet::Fleet& fleet) {
  v1::FileReport report;
  report.set_file(script.name);
  report.set_fleet(fleet.kind);
  report.set_notice(fleet.notice);
  for (const auto& [name, value] : topology.parameters) {
    const auto* number = std::get_if<int64_t>(&value);
    (*report.mutable_parameters())[name] =
        number != nullptr ? absl::StrCat(*number) : Escaped({std::get<std::string>(value)});
  }
  for (const fleet::FleetHost& host : fleet.hosts) {
    v1::HostReport* told = report.add_hosts();
    told->set_name(host.name);
    told->set_kind(v1::HOST_KIND_AGENT);
    for (const std::string& address : host.addresses) told->add_addresses(address);
    const auto described = host.agent->Describe();
    if (!described.ok()) continue;
    told->set_agent_version(described->version());
    told->set_kernel_release(described->kernel().release());
  }
  for (const script::External& external : topology.externals) {
    v1::HostReport* told = report.add_hosts();
    told->set_name(external.name);
    told->set_kind(v1::HOST_KIND_EXTERNAL);
    for (const std::string& address : external.addresses) told->add_addresses(address);
  }
  return report;
}

v1::FileReport Play(const script::Script& script, const script::Topology& topology,
                    fleet::Fleet& fleet, Input& input, absl::Duration limit,
                    v1::FileReport introduction, StepLog& audience) {
  v1::FileReport report = std::move(introduction);
  const Names names(NameHosts(fleet, topology), fleet.played);
  Variables variables(topology.hosts.size());
  Setting setting{script, topology, names, variables, input};
  if (fleet.wire == nullptr) {
    setting.owns = [&](size_t host, const Endpoint& end) {
      if (IsExternal(topology, end.address)) return false;
      const auto all = EndsOf(fleet, variables, host);
      return std::any_of(all.begin(), all.end(),
                         [&](const Ends& ends) { return IsAt(ends, end.address, end.port); });
    };
  }
  absl::StatusOr<Holders> holders = Holders::Look(fleet);
  absl::StatusOr<ControlNetworks> control = ControlNetworks::Look(fleet);
  Clocks clocks;
  const absl::Status read = clocks.Read(fleet);
  const absl::Status looked[] = {holders.status(), control.status(), read};
  *report.mutable_started() = TimeUtil::GetCurrentTime();
  RunState run(setting, fleet,
               {holders.ok() ? *std::move(holders) : Holders(),
                control.ok() ? *std::move(control) : ControlNetworks()},
               limit);
  for (const absl::Status& status : looked) {
    if (!status.ok()) run.Fail({v1::VERDICT_NOT_RUN, "", std::string(status.message())});
  }
  Recorder recorder(audience, report);
  {
    const InterruptionWatch interruption(input, run);
    const LossWatch watch(fleet, input, run);
    Lane(run, recorder).Play(script.statements);
  }
  const auto took = std::chrono::steady_clock::now() - run.started();
  *report.mutable_duration() = TimeUtil::NanosecondsToDuration(
      std::chrono::duration_cast<std::chrono::nanoseconds>(took).count());
  if (const absl::Status again = clocks.Read(fleet); !again.ok()) {
    run.Fail({v1::VERDICT_NOT_RUN, "", std::string(again.message())});
  }
  clocks.Tell(report);
  const std::optional<Failure> failure = run.failure();
  report.set_verdict(failure ? failure->verdict : v1::VERDICT_PASSED);
  if (failure) {
    const std::string& place = failure->place;
    report.set_message(place.empty() ? failure->message
                                     : absl::StrCat(place, ": ", failure->message));
    Autopsy(fleet, variables, report);
  }
  return report;
}

}  // namespace balcony::run
