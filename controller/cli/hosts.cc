#include "controller/cli/hosts.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "controller/cli/background.h"
#include "controller/cli/places.h"
#include "controller/fleet/clock.h"
#include "controller/hosts/keeper.h"
#include "controller/hosts/lodging.h"
#include "controller/hosts/reaching.h"

namespace balcony::cli {
namespace {

constexpr absl::Duration kClean = absl::Seconds(30);

std::string Padded(const std::string& text, size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

size_t WidthOf(const std::vector<std::string>& names) {
  size_t width = 0;
  for (const std::string& name : names) width = std::max(width, name.size());
  return width;
}

// "+12.345 ms ± 0.210 ms"
std::string Clock(const absl::StatusOr<fleet::ClockReading>& reading) {
  if (!reading.ok()) return "unknown";
  return absl::StrFormat("%+.3f ms ± %.3f ms", absl::ToDoubleMilliseconds(reading->offset),
                         absl::ToDoubleMilliseconds(reading->error));
}

std::string Capabilities(const v1::DescribeResponse& description) {
  if (description.capabilities().empty()) return "no capabilities";
  return absl::StrJoin(description.capabilities(), " ");
}

// What a host says of itself, on one line.
absl::StatusOr<std::string> Introduce(fleet::AgentLink& agent) {
  const absl::StatusOr<v1::DescribeResponse> description = agent.Describe();
  if (!description.ok()) return description.status();
  return absl::StrCat("balcony-agent ", description->version(), ", ",
                      description->kernel().sysname(), " ", description->kernel().release(), " ",
                      description->kernel().machine(), ", clock ", Clock(fleet::ReadClock(agent)),
                      ", ", Capabilities(*description));
}

bool IsKept(const hosts::Place& place) {
  return !place.ssh.empty() && hosts::FindKept(place).has_value();
}

}  // namespace

ExitCode FleetImport(const CommandLine& line) {
  const absl::StatusOr<inventory::Inventory> read = ReadInventories(line.files, line);
  if (!read.ok()) return Refuse(read.status());
  std::cout << inventory::FleetFileText(*read);
  return kPassed;
}

ExitCode FleetStatus(const CommandLine& line, run::Input& input) {
  const absl::StatusOr<hosts::Places> places = NamedPlaces(line);
  if (!places.ok()) return Refuse(places.status());
  const auto logins = hosts::Logins::Make(*places);
  if (!logins.ok()) return Refuse(logins.status());
  const std::vector<std::string> names = NamesOf(*places);
  const hosts::Reached reached = hosts::Reach(names, *places, **logins, {}, input.interruption());
  ExitCode code = kPassed;
  for (size_t i = 0; i < names.size(); ++i) {
    absl::StatusOr<std::string> said =
        reached[i].ok() ? Introduce(*reached[i]->agent) : reached[i].status();
    if (!said.ok()) code = kNotRun;
    const char* const how = !said.ok()                     ? "not reached  "
                            : IsKept(places->at(names[i])) ? "up           "
                                                           : "reached      ";
    std::cout << Padded(names[i], WidthOf(names)) << "  " << how
              << (said.ok() ? *said : std::string(said.status().message())) << "\n";
  }
  return code;
}

ExitCode FleetUp(const CommandLine& line) {
  const absl::StatusOr<hosts::Places> places = NamedPlaces(line);
  if (!places.ok()) return Refuse(places.status());
  return InBackground([&](run::Input& input, const std::function<void(ExitCode)>& detach) {
    const auto keeper = hosts::Keeper::BringUp(*places, input.interruption());
    if (!keeper.ok()) return detach(Refuse(keeper.status()));
    for (const std::string& host : (*keeper)->hosts()) std::cout << host << " is up\n";
    for (const std::string& host : (*keeper)->kept_already()) {
      std::cout << host << " is up already\n";
    }
    for (const auto& [host, place] : *places) {
      if (place.ssh.empty())
        std::cout << host << " has an agent of its own, which stays as it is\n";
    }
    detach(kPassed);
    (*keeper)->Stay(input.interruption());
  });
}

ExitCode FleetDown(const CommandLine& line) {
  std::vector<hosts::Kept> kept;
  if (line.files.empty() && line.hosts.empty() && line.agents.empty()) {
    kept = hosts::AllKept();
  } else {
    const absl::StatusOr<hosts::Places> places = NamedPlaces(line);
    if (!places.ok()) return Refuse(places.status());
    for (const auto& [host, place] : *places) {
      if (auto found = hosts::FindKept(place)) kept.push_back(*std::move(found));
    }
  }
  if (kept.empty()) std::cout << "nothing is up\n";
  const absl::Status ended = hosts::EndKeepers(kept);
  if (!ended.ok()) return Refuse(ended);
  for (const hosts::Kept& one : kept) std::cout << one.host << " is down\n";
  return kPassed;
}

ExitCode FleetClean(const CommandLine& line) {
  const absl::StatusOr<hosts::Places> places = NamedPlaces(line);
  if (!places.ok()) return Refuse(places.status());
  const auto logins = hosts::Logins::Make(*places);
  if (!logins.ok()) return Refuse(logins.status());
  std::vector<std::string> names;
  for (const auto& [host, place] : *places) {
    if (IsKept(place)) {
      return Refuse(absl::FailedPreconditionError(
          absl::StrCat(host, " is up; balcony fleet down ends that first")));
    }
    if (!place.ssh.empty()) names.push_back(host);
  }
  std::vector<absl::StatusOr<std::vector<std::string>>> removed(names.size());
  const absl::Status went = hosts::ForEach(names.size(), [&](size_t i) {
    const auto written = (*logins)->Find(names[i])->Ask(hosts::CleanScript(), kClean);
    removed[i] = written.ok() ? hosts::ReadClean(*written) : written.status();
  });
  if (!went.ok()) return Refuse(went);
  ExitCode code = kPassed;
  for (size_t i = 0; i < names.size(); ++i) {
    std::cout << Padded(names[i], WidthOf(names)) << "  ";
    if (!removed[i].ok()) {
      code = kNotRun;
      std::cout << "not reached: " << removed[i].status().message() << "\n";
      continue;
    }
    std::cout << (removed[i]->empty() ? "nothing was there"
                                      : absl::StrCat("removed ", absl::StrJoin(*removed[i], ", ")))
              << "\n";
  }
  std::error_code ignored;
  if (code == kPassed) std::filesystem::remove((*logins)->known_hosts(), ignored);
  return code;
}

}  // namespace balcony::cli
