#include "controller/containers/engine.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "controller/fleet/command.h"

namespace balcony::containers {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);  // a loaded engine is not a broken one
constexpr char kNone[] =
    "there is no docker here, which --fleet compose and swarm need; install it, or look at"
    " --fleet local, which needs nothing";

// In the order of Container's members.
constexpr const char* kColumns[] = {
    "{{.ID}}",
    "{{.Names}}",
    "{{.State}}",
    R"({{.Label "com.docker.compose.project"}})",
    R"({{.Label "com.docker.compose.service"}})",
    R"({{.Label "com.docker.compose.container-number"}})",
    R"({{.Label "balcony.host"}})",
    R"({{.Label "balcony.agent"}})",
    R"({{.Label "com.docker.compose.project.working_dir"}})",
    R"({{.Label "com.docker.compose.project.config_files"}})",
};

// What is to be done about an engine that does not let us in, or is not there.
std::string Remedy(absl::string_view words) {
  if (absl::StrContains(words, "permission denied")) {
    return "; the engine is root's and the group docker's: sudo usermod -aG docker $USER, and log"
           " in anew";
  }
  if (absl::StrContains(words, "Cannot connect to the Docker daemon")) {
    return "; start it (sudo systemctl start docker), or say where it is (DOCKER_HOST, docker"
           " context use)";
  }
  return "";
}

bool HasCommand(const std::string& command) {
  return fleet::OutputOf(absl::StrCat(command, " >/dev/null 2>&1"), kPatience).ok();
}

}  // namespace

absl::StatusOr<std::string> Docker(const std::vector<std::string>& arguments) {
  absl::StatusOr<std::string> output =
      fleet::OutputOf(absl::StrCat("exec docker ", fleet::Quoted(arguments)), kPatience);
  if (output.ok()) return output;
  if (!HasCommand("command -v docker")) return absl::UnavailableError(kNone);
  const std::string said(output.status().message());
  return absl::Status(output.status().code(),
                      absl::StrCat("docker ", arguments.front(), ": ", said, Remedy(said)));
}

absl::StatusOr<std::vector<std::string>> FindCompose() {
  if (HasCommand("docker compose version")) return std::vector<std::string>{"docker", "compose"};
  if (HasCommand("command -v docker-compose")) return std::vector<std::string>{"docker-compose"};
  return absl::UnavailableError(
      "there is neither docker compose nor docker-compose here, which brings projects up; install"
      " Docker's plugin docker-compose-plugin, or the distribution's docker-compose");
}

std::string Variable(const char* name) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here sets variables
  const char* const value = getenv(name);
  return value == nullptr ? "" : value;
}

std::string ImageOf(const char* variable, const std::string& usual) {
  const std::string chosen = Variable(variable);
  return chosen.empty() ? usual : chosen;
}

absl::Status CheckImage(const char* variable, const std::string& usual) {
  const std::string image = ImageOf(variable, usual);
  const absl::Status there = Docker({"image", "inspect", "--format", "{{.Id}}", image}).status();
  if (there.ok() || !absl::StrContains(there.message(), "No such image")) return there;
  return absl::UnavailableError(absl::StrCat(
      "there is no image ", image, " here; ./dev images in a checkout of Balcony makes it"));
}

absl::StatusOr<std::vector<Container>> ListContainers(const std::string& label) {
  absl::StatusOr<std::string> listed =
      Docker({"ps", "--all", "--no-trunc", "--filter", "label=" + label, "--filter",
              "label=com.docker.compose.oneoff=False", "--format", absl::StrJoin(kColumns, "\t")});
  if (!listed.ok()) return listed.status();
  std::vector<Container> containers;
  for (const absl::string_view line : absl::StrSplit(*listed, '\n', absl::SkipEmpty())) {
    absl::StatusOr<Container> container = ParseContainer(std::string(line));
    if (!container.ok()) return container.status();
    containers.push_back(*std::move(container));
  }
  return containers;
}

absl::StatusOr<Container> ParseContainer(const std::string& line) {
  const std::vector<std::string> columns = absl::StrSplit(line, '\t');
  Container container;
  if (columns.size() != std::size(kColumns)) {
    return absl::UnavailableError(absl::StrCat("docker ps wrote what is no container: ", line));
  }
  std::string* const texts[] = {
      &container.id, &container.name, &container.state, &container.project, &container.service,
      nullptr,       &container.host, &container.agent, &container.folder,  &container.files};
  for (size_t i = 0; i < columns.size(); ++i) {
    if (texts[i] != nullptr) *texts[i] = columns[i];
  }
  if (!absl::SimpleAtoi(columns[5], &container.number)) container.number = 0;
  return container;
}

}  // namespace balcony::containers
