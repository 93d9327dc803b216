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
#include "absl/strings/string_view.h"
#include "controller/containers/compose_file.h"
#include "controller/containers/engine.h"
#include "controller/containers/joining.h"
#include "controller/containers/keeper.h"
#include "controller/containers/matching.h"
#include "controller/containers/project.h"
#include "controller/fleet/command.h"
#include "controller/fleet/needs.h"
#include "controller/fleet/parts.h"

namespace balcony::containers {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kStay = "the containers stay; this takes them down: ";

// The containers of a project that is up, and who takes it down.
struct Ground {
  std::vector<Container> containers;
  std::shared_ptr<Keeper> keeper;  // null: it stays
  std::string notice;
};

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
      Docker({"ps", "--format", "{{.Names}}", "--filter",
              "label=com.docker.compose.project=" + project, "--filter", "label=balcony.lab"});
  if (!labs.ok()) return labs.status();
  std::vector<std::string> words = absl::StrSplit(*labs, '\n', absl::SkipEmpty());
  if (words.empty()) return absl::OkStatus();
  const std::string stop = fleet::Quoted(words);
  words.insert(words.begin(), "wait");
  const absl::Status over = Docker(words).status();
  if (over.ok()) return over;
  return absl::UnavailableError(absl::StrCat(
      "a lab of the project ", project, " (label balcony.lab) is still playing on these hosts: ",
      over.message(), "; docker stop ", stop, " ends it"));
}

// ---- a project made for the experiment

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
    absl::Status up = BringUpToStay(project);
    if (!up.ok()) {
      TakeDown(project);  // what is there of it
      return up;
    }
    ground.notice = absl::StrCat(kStay, DownByHand(project));
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
    if (!compose.ok()) return Ground{*std::move(there), nullptr, ""};
    const Project project{*compose, kept, there->front().folder + "/compose.yaml"};
    return Ground{*std::move(there), nullptr, absl::StrCat(kStay, DownByHand(project))};
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
