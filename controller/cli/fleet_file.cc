#include "controller/cli/fleet_file.h"

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "controller/cli/files.h"
#include "controller/cli/load.h"
#include "controller/containers/compose_file.h"
#include "controller/containers/stack_file.h"
#include "controller/fleet/command.h"

namespace balcony::cli {
namespace {

constexpr char kAboutProject[] = R"(# The hosts of $0, each a container with an agent in it:
#   docker compose up --detach
#   balcony run $0$1 --fleet compose:compose.yaml
)";
constexpr char kAboutStack[] = R"(# The hosts of $0, each a task of a swarm with an agent in it:
#   balcony certs certs --agent balcony-agent
#   docker stack deploy --compose-file stack.yaml lab
#   balcony run $0$1 --fleet swarm:lab --tls certs
)";

}  // namespace

ExitCode WriteFleetFile(const CommandLine& line) {
  auto files = ReadFiles(line.files);
  if (!files.ok() || files->size() != 1) {
    std::cerr << "balcony: "
              << (files.ok() ? "one experiment is wanted, whose hosts the project is to have"
                             : std::string(files.status().message()))
              << "\n";
    return kInvalid;
  }
  const std::string name = files->front().name;
  std::string complaints;
  const std::optional<Loaded> loaded = Load(std::move(files->front()), line.overrides, complaints);
  if (!loaded) {
    std::cerr << complaints;
    return kInvalid;
  }
  std::string given;
  for (const auto& [parameter, value] : line.overrides) {
    absl::StrAppend(&given, " -D ", fleet::Quoted({absl::StrCat(parameter, "=", value)}));
  }
  if (line.fleet == "swarm") {
    std::cout << absl::Substitute(kAboutStack, name, given)
              << containers::StackFile({&loaded->topology});
    return kPassed;
  }
  const auto text =
      containers::ComposeFile(loaded->topology, {.addresses = true, .raw = OpensRaw(*loaded)});
  if (!text.ok()) {
    std::cerr << "balcony: " << name << ": " << text.status().message() << "\n";
    return kNotRun;
  }
  std::cout << absl::Substitute(kAboutProject, name, given) << *text;
  return kPassed;
}

}  // namespace balcony::cli
