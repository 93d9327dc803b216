#include "controller/containers/stack.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "controller/containers/engine.h"
#include "controller/containers/stack_file.h"
#include "controller/containers/tasks.h"
#include "controller/fleet/command.h"

namespace balcony::containers {
namespace {

constexpr absl::Duration kCertsPatience = absl::Seconds(20);
constexpr absl::Duration kListPatience = absl::Seconds(60);
// Swarm gives a network its addresses a little after it is there, and tells nobody: neither that it
// has, nor that it cannot.
constexpr absl::Duration kAddressesPatience = absl::Seconds(15);

// $0 is the stack. It takes its time to go, and may leave a network behind: it is removed again
// until nothing is left of it.
constexpr char kRemoveStack[] = R"(
while true; do
  docker stack rm $0
  docker network ls -q --filter label=com.docker.stack.namespace=$0 | xargs -r docker network rm
  left=$$(docker ps -aq --filter label=com.docker.stack.namespace=$0
         docker network ls -q --filter label=com.docker.stack.namespace=$0)
  [ -n "$$left" ] || break
  timeout 1 docker events --filter label=com.docker.stack.namespace=$0 --filter event=destroy
done >/dev/null 2>&1
true)";

// The replicas of each service that a stack wants.
absl::StatusOr<std::map<std::string, int>> ServicesOf(const std::string& stack) {
  absl::StatusOr<std::string> listed =
      Docker({"service", "ls", "--filter", "label=com.docker.stack.namespace=" + stack, "--format",
              "{{.Name}}\t{{.Replicas}}"});
  if (!listed.ok()) return listed.status();
  std::map<std::string, int> services;
  for (const absl::string_view line : absl::StrSplit(*listed, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(line, '\t');
    const absl::string_view wanted = pair.second.substr(pair.second.find('/') + 1);
    int replicas = 0;
    if (!absl::SimpleAtoi(wanted.substr(0, wanted.find(' ')), &replicas)) continue;
    services[std::string(absl::StripPrefix(pair.first, stack + "_"))] = replicas;
  }
  if (!services.empty()) return services;
  return absl::FailedPreconditionError(
      absl::StrCat("there is no stack ", stack, " here; docker stack deploy --compose-file FILE ",
                   stack, " makes it, and balcony fleet swarm EXPERIMENT writes FILE"));
}

// The prefixes of each of these networks, a line each: blanks between them, and none where it has
// no addresses.
absl::StatusOr<std::vector<std::string>> PrefixesOf(const std::vector<std::string>& networks) {
  std::vector<std::string> words = {"network", "inspect", "--format",
                                    "{{range .IPAM.Config}}{{.Subnet}} {{end}}"};
  words.insert(words.end(), networks.begin(), networks.end());
  absl::StatusOr<std::string> text = Docker(words);
  if (!text.ok()) return text.status();
  absl::string_view lines = *text;
  absl::ConsumeSuffix(&lines, "\n");
  return absl::StrSplit(lines, '\n');
}

// The prefixes of all networks of this engine. One that goes meanwhile is left out.
absl::StatusOr<std::vector<std::string>> NetworksOfEngine() {
  absl::StatusOr<std::string> prefixes = fleet::OutputOf(
      "docker network ls --quiet | xargs docker network inspect --format"
      " '{{range .IPAM.Config}}{{.Subnet}} {{end}}' 2>/dev/null || true",
      kListPatience);
  if (!prefixes.ok()) return prefixes.status();
  return absl::StrSplit(*prefixes, absl::ByAnyChar(" \n"), absl::SkipEmpty());
}

}  // namespace

absl::Status CheckSwarm() {
  absl::StatusOr<std::string> state =
      Docker({"info", "--format", "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}"});
  if (!state.ok()) return state.status();
  if (absl::StartsWith(*state, "active true")) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StartsWith(*state, "active")
          ? "this node is a worker of its swarm, and stacks are deployed by a manager: docker node"
            " promote, or run this there"
          : "this engine is in no swarm; docker swarm init makes one, and this its manager");
}

absl::Status CheckStack(const std::vector<const script::Topology*>& topologies,
                        const std::string& stack) {
  absl::StatusOr<std::map<std::string, int>> services = ServicesOf(stack);
  if (!services.ok()) return services.status();
  for (const script::Topology* topology : topologies) {
    for (const script::Host& host : topology->hosts) {
      const TaskName task = TaskOf(host);
      const auto found = services->find(task.service);
      if (found != services->end() && found->second >= task.slot) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          "no task of the stack ", stack, " plays ", host.name, ": ",
          found == services->end()
              ? absl::StrCat("it has no service ", task.service,
                             "; balcony fleet swarm FILE writes those of an experiment")
              : absl::StrCat("docker service scale ", stack, "_", task.service, "=", task.slot)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Upkeep> MakeStack(const std::vector<const script::Topology*>& topologies,
                                 const std::string& name, const std::string& folder) {
  absl::StatusOr<std::vector<std::string>> taken = NetworksOfEngine();
  if (!taken.ok()) return taken.status();
  // Two runs that begin at once should not see the same one free.
  const int block = FreeBlock(*taken, kFirstBlock + getpid() % kBlocks);
  absl::Status written = WriteFile(folder + "/stack.yaml", StackFile(topologies, block));
  if (!written.ok()) return written;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const std::string certs =
      fleet::Quoted({self, "certs", folder + "/certs", "--agent", kTaskCertificate});
  absl::Status made = fleet::OutputOf(certs, kCertsPatience).status();
  if (!made.ok()) return made;
  return Upkeep{"the stack",
                absl::StrCat("cd ", fleet::Quoted({folder}),
                             " && docker stack deploy --resolve-image never"
                             " --compose-file stack.yaml ",
                             name),
                absl::Substitute(kRemoveStack, name), folder};
}

absl::StatusOr<std::vector<std::string>> DataNetworksOf(const std::string& stack) {
  const std::string filter = "label=com.docker.stack.namespace=" + stack;
  absl::StatusOr<std::string> names =
      Docker({"network", "ls", "--filter", filter, "--format", "{{.Name}}"});
  if (!names.ok()) return names.status();
  std::vector<std::string> networks = absl::StrSplit(*names, '\n', absl::SkipEmpty());
  std::sort(networks.begin(), networks.end());
  const auto control =
      std::find(networks.begin(), networks.end(), absl::StrCat(stack, "_", kControlNetwork));
  if (control == networks.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the stack ", stack, " has no network ", kControlNetwork,
                     ", over which its agents are reached; docs/containers.md shows one"));
  }
  const absl::Time give_up = absl::Now() + kAddressesPatience;
  while (true) {
    absl::StatusOr<std::vector<std::string>> lines = PrefixesOf(networks);
    if (!lines.ok()) return lines.status();
    const auto none = std::find(lines->begin(), lines->end(), "");
    if (none == lines->end()) {
      lines->erase(lines->begin() + (control - networks.begin()));
      return absl::StrSplit(absl::StrJoin(*lines, " "), ' ', absl::SkipEmpty());
    }
    if (absl::Now() > give_up) {
      return absl::UnavailableError(absl::StrCat(
          "the network ", networks[static_cast<size_t>(none - lines->begin())], " of the stack ",
          stack,
          " gets no addresses: its subnet overlaps that of another network here, or Swarm's"
          " pool of them is used up (docker network ls)"));
    }
  }
}

}  // namespace balcony::containers
