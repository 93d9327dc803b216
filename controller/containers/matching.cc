#include "controller/containers/matching.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace balcony::containers {
namespace {

// All that may play the host, the best first.
std::vector<Container> CandidatesFor(const script::Host& host,
                                     const std::vector<Container>& containers) {
  std::vector<Container> found;
  for (const std::string& name : {host.name, host.base}) {
    for (const Container& container : containers) {
      const std::string& played = container.host.empty() ? container.service : container.host;
      if (played == name) found.push_back(container);
    }
    if (!found.empty()) break;  // client[2] by name is more than client
  }
  return found;
}

std::string Remedy(const script::Host& host, const std::vector<Container>& containers,
                   size_t candidates) {
  if (candidates > 0) {
    return absl::StrCat("there are ", candidates, " of ", host.base, "; docker compose up --scale ",
                        host.base, "=", host.number, " makes more");
  }
  std::set<std::string> services;
  for (const Container& container : containers) {
    services.insert(container.host.empty() ? container.service : container.host);
  }
  return absl::StrCat("the project has up ", absl::StrJoin(services, ", "),
                      "; a service plays the host of its name, or of its label balcony.host, and"
                      " docker compose up --detach ",
                      host.base, " starts one that is in the file and not up");
}

absl::Status CheckRuns(const script::Host& host, const Container& container) {
  if (container.state == "running") return absl::OkStatus();
  const std::string remedy =
      container.state == "paused"
          ? absl::StrCat("docker unpause ", container.name, " lets it go on")
          : absl::StrCat("docker logs ", container.name,
                         " may say why, once it is up to stay (docker compose up, or --keep)");
  return absl::FailedPreconditionError(absl::StrCat("the container ", container.name,
                                                    ", which plays ", host.name, ", is ",
                                                    container.state, "; ", remedy));
}

}  // namespace

absl::StatusOr<std::vector<Container>> MatchHosts(const script::Topology& topology,
                                                  std::vector<Container> containers) {
  std::sort(containers.begin(), containers.end(), [](const Container& a, const Container& b) {
    return std::pair(a.service, a.number) < std::pair(b.service, b.number);
  });
  std::vector<Container> players;
  for (const script::Host& host : topology.hosts) {
    const std::vector<Container> candidates = CandidatesFor(host, containers);
    const bool by_name = !candidates.empty() && candidates.front().host == host.name;
    const size_t rank = host.number == 0 || by_name ? 1 : static_cast<size_t>(host.number);
    if (candidates.size() < rank) {
      return absl::FailedPreconditionError(absl::StrCat(
          "no container plays ", host.name, ": ", Remedy(host, containers, candidates.size())));
    }
    const Container& player = candidates[rank - 1];
    if (absl::Status runs = CheckRuns(host, player); !runs.ok()) return runs;
    players.push_back(player);
  }
  return players;
}

}  // namespace balcony::containers
