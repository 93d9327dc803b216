#include "controller/containers/compose.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "controller/containers/compose_file.h"
#include "controller/containers/engine.h"
#include "controller/containers/joining.h"
#include "controller/containers/keeper.h"
#include "controller/containers/matching.h"
#include "controller/fleet/command.h"
#include "controller/fleet/needs.h"
#include "controller/fleet/parts.h"

namespace balcony::containers {
namespace {

namespace fs = std::filesystem;

// What a run has brought up has nothing to lose when it ends.
constexpr char kStopSeconds[] = "1";
constexpr absl::Duration kUpPatience = absl::Minutes(10);  // there may be an image to build

// The containers of a project that is up, and who takes it down.
struct Ground {
  std::vector<Container> containers;
  std::shared_ptr<Keeper> keeper;  // null: it stays
  std::string notice;
};

// A project, and the file that says what is in it.
struct Project {
  std::vector<std::string> compose;  // the command
  std::string name;                  // empty: Compose's own choice
  std::string file;
};

std::string Command(const Project& project, const std::vector<std::string>& arguments) {
  std::vector<std::string> words = project.compose;
  if (!project.name.empty()) words.insert(words.end(), {"--project-name", project.name});
  words.insert(words.end(), {"--file", project.file});
  words.insert(words.end(), arguments.begin(), arguments.end());
  return Quoted(words);
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

absl::StatusOr<std::unique_ptr<Keeper>> BringUpForRun(const Project& project,
                                                      const std::string& folder) {
  const std::string down = absl::Substitute(
      kDown, Command(project, {"down", "--volumes", "--remove-orphans", "--timeout", kStopSeconds}),
      "label=com.docker.compose.project=" + project.name);
  return Keeper::BringUp({"the project", Command(project, {"up", "--detach"}), down, folder});
}

bool AnyRuns(const std::vector<Container>& containers) {
  return std::any_of(containers.begin(), containers.end(),
                     [](const Container& container) { return container.state != "exited"; });
}

bool IsForRun(const std::string& project) {
  const std::vector<std::string> parts = absl::StrSplit(project, '-');
  return parts.size() == 3 && parts[0] == "balcony" &&
         parts[1].find_first_not_of("0123456789") == std::string::npos;
}

absl::StatusOr<std::vector<Container>> ContainersOf(const std::string& project) {
  return ListContainers("com.docker.compose.project=" + project);
}

// What plays an experiment of its own there just now, on the hosts that this one is about to use,
// comes to its end first.
absl::Status AwaitLabs(const std::string& project) {
  absl::StatusOr<std::string> labs =
      Docker({"ps", "--quiet", "--filter", "label=com.docker.compose.project=" + project,
              "--filter", "label=balcony.lab"});
  if (!labs.ok()) return labs.status();
  std::vector<std::string> words = absl::StrSplit(*labs, '\n', absl::SkipEmpty());
  if (words.empty()) return absl::OkStatus();
  words.insert(words.begin(), "wait");
  return Docker(words).status();
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

// ---- a project made for the experiment

const std::string& kStay = *new std::string("the containers stay; this takes them down: ");

std::string KeptDown(const std::string& name, const std::string& folder,
                     const std::vector<std::string>& compose) {
  return absl::StrCat(absl::StrJoin(compose, " "), " --project-name ", name, " --file ", folder,
                      "/compose.yaml down --volumes && rm -r ", folder);
}

absl::StatusOr<Ground> BringUp(const std::string& text, const std::string& name, bool keep) {
  absl::StatusOr<std::vector<std::string>> compose = FindCompose();
  if (!compose.ok()) return compose.status();
  absl::StatusOr<std::string> folder = MakeFolder();
  if (!folder.ok()) return folder.status();
  absl::Status written = WriteFile(*folder + "/compose.yaml", text);
  if (!written.ok()) return written;
  const Project project{*compose, name, *folder + "/compose.yaml"};
  Ground ground;
  if (keep) {
    const std::string down = KeptDown(name, *folder, *compose);
    absl::Status up = BringUpToStay(project);
    if (!up.ok()) {
      fleet::OutputOf(down, kUpPatience).IgnoreError();  // what is there of it
      return up;
    }
    ground.notice = kStay + down;
  } else {
    auto keeper = BringUpForRun(project, *folder);
    if (!keeper.ok()) return keeper.status();
    ground.keeper = *std::move(keeper);
  }
  absl::StatusOr<std::vector<Container>> containers = ContainersOf(name);
  if (!containers.ok()) return containers.status();
  ground.containers = *std::move(containers);
  return ground;
}

absl::StatusOr<Ground> OwnProject(const script::Topology& topology, const ComposeOptions& options) {
  ComposeStyle style{.raw = options.raw};
  absl::StatusOr<std::string> text = ComposeFile(topology, style);
  if (!text.ok()) return text.status();
  const std::string kept =
      absl::StrCat("balcony-", absl::Hex(std::hash<std::string>()(*text), absl::kZeroPad16));
  absl::StatusOr<std::vector<Container>> there = ContainersOf(kept);
  if (!there.ok()) return there.status();
  if (AnyRuns(*there)) {
    absl::StatusOr<std::vector<std::string>> compose = FindCompose();
    const std::string notice =
        compose.ok() ? kStay + KeptDown(kept, there->front().folder, *compose) : "";
    return Ground{*std::move(there), nullptr, notice};
  }
  if (absl::Status image = CheckImage("BALCONY_AGENT_IMAGE", "balcony-agent"); !image.ok())
    return image;
  const std::string name = options.keep ? kept : NameForRun();
  absl::StatusOr<Ground> ground = BringUp(*text, name, options.keep);
  if (ground.ok() || !absl::StrContains(ground.status().message(), "Pool overlaps")) return ground;
  // Somebody here has these addresses: others take their place, as on any fleet without them.
  style.addresses = false;
  text = ComposeFile(topology, style);
  if (!text.ok()) return text.status();
  return BringUp(*text, name, options.keep);
}

// ---- the user's own project

bool IsOf(const Container& container, const fs::path& file) {
  std::error_code error;
  if (fs::weakly_canonical(container.folder, error) != file.parent_path()) return false;
  for (const absl::string_view named : absl::StrSplit(container.files, ',')) {
    if (fs::path(std::string(named)).filename() == file.filename()) return true;
  }
  return false;
}

// Those that this file has up, of one project.
absl::StatusOr<std::vector<Container>> ContainersOfFile(const fs::path& file) {
  const std::string chosen = Variable("COMPOSE_PROJECT_NAME");
  absl::StatusOr<std::vector<Container>> all = ListContainers("com.docker.compose.project");
  if (!all.ok()) return all.status();
  std::vector<Container> found;
  std::set<std::string> projects;
  for (Container& container : *all) {
    if (!IsOf(container, file) || IsForRun(container.project)) continue;  // another run's copy
    if (!chosen.empty() && container.project != chosen) continue;
    if (container.state != "exited") projects.insert(container.project);
    found.push_back(std::move(container));
  }
  if (projects.size() <= 1) return found;
  return absl::FailedPreconditionError(absl::StrCat("more than one project of ", file.string(),
                                                    " is up: ", absl::StrJoin(projects, ", "),
                                                    "; set COMPOSE_PROJECT_NAME to one of them"));
}

absl::StatusOr<Ground> UsersProject(const ComposeOptions& options) {
  std::error_code error;
  const fs::path file = fs::canonical(options.file, error);
  if (error || fs::is_directory(file)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--fleet compose:", options.file, ": ",
                     error ? error.message() : "it is a folder; a Compose file is wanted"));
  }
  absl::StatusOr<std::vector<Container>> there = ContainersOfFile(file);
  if (!there.ok()) return there.status();
  if (AnyRuns(*there)) return Ground{*std::move(there), nullptr, ""};
  absl::StatusOr<std::vector<std::string>> compose = FindCompose();
  if (!compose.ok()) return compose.status();
  Ground ground;
  Project project{*compose, options.keep ? "" : NameForRun(), file.string()};
  if (options.keep) {
    absl::Status up = BringUpToStay(project);
    if (!up.ok()) return up;
    there = ContainersOfFile(file);
  } else {
    auto keeper = BringUpForRun(project, "");
    if (!keeper.ok()) return keeper.status();
    ground.keeper = *std::move(keeper);
    there = ContainersOf(project.name);
  }
  if (!there.ok()) return there.status();
  ground.containers = *std::move(there);
  return ground;
}

// What containers cannot do is said before anything is brought up.
absl::Status CheckPlayable(const script::Topology& topology, bool own) {
  if (!own) return fleet::CheckNothingSet(topology);
  if (topology.externals.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      topology.externals.front().name,
      " is external, and nobody outside is in a project that is made for the run: --fleet"
      " compose:FILE takes yours"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeComposeFleet(const script::Topology& topology,
                                                               const ComposeOptions& options) {
  auto fleet = std::make_unique<fleet::Fleet>();
  fleet->kind = "compose";
  fleet->lacking = fleet::WhyNotHere(topology, {});
  if (!fleet->lacking.empty()) return fleet;
  const bool own = options.file.empty();
  if (absl::Status can = CheckPlayable(topology, own); !can.ok()) return can;
  absl::StatusOr<Ground> ground = own ? OwnProject(topology, options) : UsersProject(options);
  if (!ground.ok()) return ground.status();
  fleet->ground = std::move(ground->keeper);
  absl::StatusOr<std::vector<Container>> players =
      MatchHosts(topology, std::move(ground->containers));
  if (!players.ok()) return players.status();
  if (!own && !players->empty()) {
    if (absl::Status over = AwaitLabs(players->front().project); !over.ok()) return over;
  }
  const absl::Status joined =
      own ? JoinAfresh(topology, *players, *fleet) : Join(topology, *players, *fleet);
  if (!joined.ok()) return joined;
  if (absl::Status cast = fleet::GiveParts(topology, {}, *fleet); !cast.ok()) return cast;
  fleet->notice = absl::StrCat(
      fleet->notice, fleet->notice.empty() || ground->notice.empty() ? "" : "; ", ground->notice);
  return fleet;
}

}  // namespace balcony::containers
