#include "controller/containers/joining.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "controller/containers/watch.h"
#include "controller/fleet/command.h"

namespace balcony::containers {
namespace {

using fleet::AgentLink;

// The engine starts that many processes side by side in about the time of one.
constexpr size_t kAtOnce = 8;
constexpr absl::Duration kHelloPatience = absl::Seconds(20);
// A container is up before the agent in it listens.
constexpr std::chrono::seconds kListenPatience(10);
constexpr absl::Duration kSocketsPatience = absl::Seconds(10);
constexpr uint32_t kFirstOwnPort = 32768;  // of those that the kernel gives to clients

// In a session of its own: what is typed at the terminal is for us alone.
std::string ExecCommand(const Container& container) {
  const std::string agent = container.agent.empty() ? "--stdio" : "--stdio=" + container.agent;
  return absl::StrCat("exec setsid docker ", fleet::Quoted({"exec", "--interactive", container.id,
                                                            "balcony-agent", agent}));
}

bool IsNotListening(const absl::Status& status) {
  return absl::StrContains(status.message(), "cannot connect to");
}

absl::Status Explained(const std::string& host, const Container& container,
                       const absl::Status& status) {
  const absl::string_view message = status.message();
  if (absl::StrContains(message, "is not running")) {  // it was when it was listed
    return absl::FailedPreconditionError(absl::StrCat(
        "the container ", container.name, ", which plays ", host, ", is exited; docker logs ",
        container.name, " may say why, once it is up to stay (docker compose up, or --keep)"));
  }
  std::string remedy;
  if (absl::StrContains(message, "executable file not found") ||
      absl::StrContains(message, "no such file or directory")) {
    remedy = absl::StrCat("there is no balcony-agent in the image of ", container.service,
                          ", or not in its PATH: add COPY --from=balcony-agent /bin/balcony-agent"
                          " /usr/local/bin/ to its Dockerfile; ");
  } else if (absl::StrContains(message, "another protocol")) {
    remedy = absl::StrCat("the image of ", container.service, " has an agent of another version; ");
  } else if (IsNotListening(status) && !container.agent.empty()) {
    remedy =
        absl::StrCat("no agent listens at ", container.agent,
                     ", which is what the label balcony.agent of ", container.service, " says; ");
  }
  return absl::Status(status.code(),
                      absl::StrCat("container ", container.name, ": ", remedy, message));
}

// A host that is being joined.
struct Joining {
  const Container* container;
  fleet::FleetHost* host;
  fleet::RunningCommand command;
};

absl::StatusOr<std::unique_ptr<AgentLink>> Join(Joining& joining, Watch& watch) {
  // Before the agent has said hello there is nothing to be lost, and `docker exec` knows best.
  const auto joined = std::make_shared<std::atomic<bool>>(false);
  auto obituary = [joined, cause = watch.CauseFor(*joining.container),
                   process = joining.command.process] {
    const std::string told = *joined ? cause() : "";
    return told.empty() ? process->Obituary() : told;
  };
  auto link = AgentLink::Join(joining.host->name, std::move(joining.command.stream), true, obituary,
                              kHelloPatience);
  *joined = link.ok();
  return link;
}

absl::Status Finish(Joining& joining, Watch& watch, fleet::Fleet& fleet) {
  const auto give_up = std::chrono::steady_clock::now() + kListenPatience;
  absl::StatusOr<std::unique_ptr<AgentLink>> link = Join(joining, watch);
  while (!link.ok() && IsNotListening(link.status()) &&
         std::chrono::steady_clock::now() < give_up) {
    absl::StatusOr<fleet::RunningCommand> again =
        fleet::RunCommand(ExecCommand(*joining.container));
    if (!again.ok()) return again.status();
    joining.command = *std::move(again);
    link = Join(joining, watch);
  }
  if (!link.ok()) return Explained(joining.host->name, *joining.container, link.status());
  joining.host->agent = *std::move(link);
  fleet.processes.push_back(joining.command.process);
  const absl::Status answered = joining.host->agent->Describe().status();
  if (!answered.ok()) return Explained(joining.host->name, *joining.container, answered);
  watch.WhenEnded(*joining.container, [agent = joining.host->agent.get()](const std::string& why) {
    agent->Lose(why);
  });
  return absl::OkStatus();
}

absl::Status JoinAll(const script::Topology& topology, const std::vector<Container>& players,
                     Watch& watch, fleet::Fleet& fleet) {
  fleet.hosts.resize(players.size());
  for (size_t begin = 0; begin < players.size(); begin += kAtOnce) {
    std::vector<Joining> joinings;
    for (size_t i = begin; i < std::min(begin + kAtOnce, players.size()); ++i) {
      fleet.hosts[i].name = topology.hosts[i].name;
      absl::StatusOr<fleet::RunningCommand> command = fleet::RunCommand(ExecCommand(players[i]));
      if (!command.ok()) return command.status();
      joinings.push_back({&players[i], &fleet.hosts[i], *std::move(command)});
    }
    for (Joining& joining : joinings) {
      if (absl::Status joined = Finish(joining, watch, fleet); !joined.ok()) return joined;
    }
  }
  return absl::OkStatus();
}

// Whether a port that is no client's own waits for what may yet come of an earlier connection.
bool HasTimeWait(const fleet::Fleet& fleet) {
  return std::any_of(fleet.hosts.begin(), fleet.hosts.end(), [](const fleet::FleetHost& host) {
    v1::Call call;
    call.mutable_sockets();
    const auto asked = host.agent->Start(std::move(call));
    if (!asked->WaitUntilEnded(kSocketsPatience) || !asked->result().ok()) return false;
    const auto& sockets = asked->result()->sockets().sockets();
    return std::any_of(sockets.begin(), sockets.end(), [](const v1::SocketEntry& entry) {
      return entry.state() == v1::STATE_TIME_WAIT && entry.local().port() < kFirstOwnPort;
    });
  });
}

absl::Status Restart(const std::vector<Container>& players, fleet::Fleet& fleet) {
  fleet.lookout.reset();
  fleet.hosts.clear();
  fleet.processes.clear();
  std::vector<std::string> words = {"restart"};
  for (const Container& player : players) words.push_back(player.id);
  return Docker(words).status();
}

}  // namespace

absl::Status Join(const script::Topology& topology, const std::vector<Container>& players,
                  fleet::Fleet& fleet) {
  absl::StatusOr<std::unique_ptr<Watch>> watch = Watch::Start();
  if (!watch.ok()) return watch.status();
  Watch& watching = **watch;
  fleet.lookout = *std::move(watch);
  return JoinAll(topology, players, watching, fleet);
}

absl::Status JoinAfresh(const script::Topology& topology, const std::vector<Container>& players,
                        fleet::Fleet& fleet) {
  absl::Status joined = Join(topology, players, fleet);
  if (!joined.ok() || !HasTimeWait(fleet)) return joined;
  if (absl::Status restarted = Restart(players, fleet); !restarted.ok()) return restarted;
  return Join(topology, players, fleet);
}

}  // namespace balcony::containers
