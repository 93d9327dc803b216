#include "controller/cli/doctor.h"

#include <algorithm>
#include <iostream>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controller/cli/files.h"
#include "controller/cli/load.h"
#include "controller/cli/places.h"
#include "controller/hosts/doctor.h"
#include "controller/hosts/reaching.h"
#include "controller/report/transcript.h"

namespace balcony::cli {
namespace {

// What the experiments bind.
absl::StatusOr<std::set<hosts::WantedPort>> ReadPorts(const CommandLine& line) {
  std::set<hosts::WantedPort> ports;
  if (line.labs.empty()) return ports;
  auto files = ReadFiles(line.labs);
  if (!files.ok()) return files.status();
  for (SourceFile& file : *files) {
    std::string complaints;
    const std::optional<Loaded> loaded = Load(std::move(file), line.overrides, complaints);
    if (!loaded) return absl::InvalidArgumentError(complaints);
    for (const BoundPort& bound : PortsOf(*loaded)) {
      ports.insert({bound.host, bound.udp ? v1::TRANSPORT_UDP : v1::TRANSPORT_TCP, bound.port});
    }
  }
  return ports;
}

void Print(const hosts::Finding& finding) {
  std::cout << finding.where << "\n    " << finding.what << "\n    "
            << (finding.fault ? "remedy: " : "note: ") << finding.remedy << "\n";
}

}  // namespace

ExitCode FleetDoctor(const CommandLine& line, run::Input& input) {
  const absl::StatusOr<hosts::Places> places = NamedPlaces(line);
  if (!places.ok()) return Refuse(places.status());
  absl::StatusOr<std::set<hosts::WantedPort>> ports = ReadPorts(line);
  if (!ports.ok()) return Refuse(absl::InvalidArgumentError(ports.status().message()));
  const auto logins = hosts::Logins::Make(*places);
  if (!logins.ok()) return Refuse(logins.status());
  const std::vector<std::string> names = NamesOf(*places);
  const hosts::Reached reached = hosts::Reach(names, *places, **logins, {}, input.interruption());
  std::vector<hosts::Patient> patients;
  ExitCode code = kPassed;
  for (size_t i = 0; i < names.size(); ++i) {
    if (reached[i].ok()) {
      patients.push_back({names[i], reached[i]->agent.get()});
      continue;
    }
    code = kNotRun;
    Print({names[i], absl::StrCat("not reached: ", reached[i].status().message()),
           "docs/testbeds.md, \"What goes wrong\""});
  }
  hosts::Doctor doctor(std::move(patients), hosts::StageOf(*places, names, reached),
                       *std::move(ports));
  const std::vector<hosts::Finding> findings = doctor.Examine();
  for (const hosts::Finding& finding : findings) Print(finding);
  const auto faults = static_cast<size_t>(std::count_if(
      findings.begin(), findings.end(), [](const hosts::Finding& one) { return one.fault; }));
  std::cout << (faults == 0 ? "no fault" : report::Count(faults, "fault"))
            << " found: " << report::Count(names.size(), "host") << ", "
            << report::Count(doctor.paths(), "path")
            << " (tcp, udp, and packets as large as the interfaces take)\n";
  return code == kPassed && faults > 0 ? kFailed : code;
}

}  // namespace balcony::cli
