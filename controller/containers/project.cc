#include "controller/containers/project.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "absl/time/time.h"
#include "controller/containers/engine.h"
#include "controller/fleet/command.h"

namespace balcony::containers {
namespace {

namespace fs = std::filesystem;

// What a run has brought up has nothing to lose when it ends.
constexpr char kStopSeconds[] = "1";
constexpr absl::Duration kUpPatience = absl::Minutes(10);  // there may be an image to build

// What Compose itself takes along beside a file of a usual name; empty for none.
std::string OverrideOf(const fs::path& file) {
  const std::string stem = file.stem().string();
  if (stem != "compose" && stem != "docker-compose") return "";
  for (const char* extension : {".yaml", ".yml"}) {
    const fs::path beside = file.parent_path() / absl::StrCat(stem, ".override", extension);
    if (fs::exists(beside)) return beside.string();
  }
  return "";
}

std::string Command(const Project& project, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = project.compose;
  if (!project.name.empty()) words.insert(words.end(), {"--project-name", project.name});
  words.insert(words.end(), {"--file", project.file});
  const std::string more = OverrideOf(project.file);
  if (!more.empty()) words.insert(words.end(), {"--file", more});
  words.insert(words.end(), arguments.begin(), arguments.end());
  return fleet::Quoted(words);
}

// $0 is Compose's command, $1 the label of the project. On an engine that is slow to answer Compose
// gives up; and it is content with a network that is still in use.
constexpr char kDown[] = R"sh(
rest() {
  docker ps --all --filter $1 --format 'container {{.Names}}'
  docker network ls --filter $1 --format 'network {{.Name}}'
  docker volume ls --filter $1 --format 'volume {{.Name}}'
}
$0 && [ -z "$$(rest)" ] || {
  docker ps -aq --filter $1 | xargs -r docker rm -fv
  docker network ls -q --filter $1 | xargs -r docker network rm
  docker volume ls -q --filter $1 | xargs -r docker volume rm
  rest=$$(rest | tr '\n' ' ')
  [ -z "$$rest" ] || { echo "error: this is left of it: $$rest"; false; }
})sh";

}  // namespace

absl::StatusOr<std::unique_ptr<Keeper>> BringUpForRun(const Project& project,
                                                      const std::string& folder) {
  const std::string down = absl::Substitute(
      kDown, Command(project, {"down", "--volumes", "--remove-orphans", "--timeout", kStopSeconds}),
      "label=com.docker.compose.project=" + project.name);
  return Keeper::BringUp({"the project", Command(project, {"up", "--detach"}), down, folder});
}

absl::Status BringUpToStay(const Project& project) {
  const std::string up = Command(project, {"up", "--detach"});
  absl::Status brought = fleet::OutputOf(up, kUpPatience).status();
  if (!brought.ok()) {
    return absl::Status(brought.code(),
                        absl::StrCat("the project does not come up: ", brought.message()));
  }
  return absl::OkStatus();
}

std::string DownByHand(const Project& project) {
  return absl::StrCat(absl::StrJoin(project.compose, " "), " --project-name ", project.name,
                      " --file ", project.file, " down --volumes && rm -r ",
                      fs::path(project.file).parent_path().string());
}

void TakeDown(const Project& project) {
  fleet::OutputOf(DownByHand(project), kUpPatience).IgnoreError();
}

}  // namespace balcony::containers
