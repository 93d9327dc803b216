#include "controller/containers/swarm.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "controller/containers/apart.h"
#include "controller/containers/engine.h"
#include "controller/containers/stack.h"
#include "controller/containers/stack_file.h"
#include "controller/fleet/command.h"
#include "controller/fleet/process.h"

namespace balcony::containers {
namespace {

namespace fs = std::filesystem;

constexpr char kTlsThere[] = "/run/balcony-tls";
// The exit code of a run that could not be, the highest of a run's own.
constexpr int kHighestCode = 3;

std::string AbsolutePath(const std::string& path) {
  return fs::absolute(path).lexically_normal().string();
}

absl::Status CheckNobodyOutside(const std::vector<const script::Topology*>& topologies) {
  for (const script::Topology* topology : topologies) {
    if (topology->externals.empty()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(topology->externals.front().name,
                     " is external, and nobody outside is in a stack that is made for the run:"
                     " --fleet swarm:STACK takes yours"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<SwarmController>> SwarmController::Prepare(
    const std::vector<const script::Topology*>& topologies, const SwarmPlan& plan) {
  const bool deployed = !plan.stack.empty();
  absl::Status can = deployed ? absl::OkStatus() : CheckNobodyOutside(topologies);
  if (can.ok()) can = CheckSwarm();
  if (can.ok()) can = CheckImage("BALCONY_IMAGE", "balcony");
  if (can.ok() && !deployed) can = CheckImage("BALCONY_AGENT_IMAGE", "balcony-agent");
  if (can.ok() && deployed) can = CheckStack(topologies, plan.stack);
  if (!can.ok()) return can;
  absl::StatusOr<std::string> folder = MakeFolder();
  if (!folder.ok()) return folder.status();
  const std::string run = NameForRun();
  absl::StatusOr<Upkeep> upkeep = Upkeep{"the stack", "true", "true", *folder};
  if (!deployed) upkeep = MakeStack(topologies, run, *folder);
  if (!upkeep.ok()) return upkeep.status();
  absl::StatusOr<std::unique_ptr<Keeper>> keeper = Keeper::BringUp(*upkeep);
  if (!keeper.ok()) return keeper.status();
  std::unique_ptr<SwarmController> controller(
      new SwarmController(plan, run + "-controller", *std::move(keeper)));
  absl::Status made = controller->Create(deployed ? plan.stack : run);
  const std::string certs = deployed ? plan.tls_folder : *folder + "/certs";
  if (made.ok()) made = controller->Fill(*folder + "/files", certs);
  if (!made.ok()) return made;
  return controller;
}

SwarmController::SwarmController(SwarmPlan plan, std::string container,
                                 std::unique_ptr<Keeper> keeper)
    : plan_(std::move(plan)), container_(std::move(container)), stack_keeper_(std::move(keeper)) {}

absl::Status SwarmController::Create(const std::string& stack) {
  absl::StatusOr<std::vector<std::string>> data = DataNetworksOf(stack);
  if (!data.ok()) return data.status();
  // Root without a capability: what is copied into a container is root's, a key too.
  std::vector<std::string> words = {"docker",         "create",
                                    "--name",         container_,
                                    "--label",        "balcony.controller",
                                    "--network",      absl::StrCat(stack, "_", kControlNetwork),
                                    "--user",         "0:0",
                                    "--cap-drop",     "ALL",
                                    "--security-opt", "no-new-privileges:true",
                                    "--workdir",      fs::current_path().string(),
                                    "--interactive",  ImageOf("BALCONY_IMAGE", "balcony")};
  words.insert(words.end(), plan_.command.begin(), plan_.command.end());
  words.insert(words.end(),
               {"--tls", kTlsThere, "--fleet", absl::StrCat("tasks:", absl::StrJoin(*data, ","))});
  auto keeper =
      Keeper::BringUp({"the controller's container", fleet::Quoted(words),
                       fleet::Quoted({"docker", "rm", "--force", "--volumes", container_}), ""});
  if (!keeper.ok()) return keeper.status();
  keeper_ = *std::move(keeper);
  return absl::OkStatus();
}

absl::Status SwarmController::Fill(const std::string& folder, const std::string& certs) {
  for (const auto& [path, text] : plan_.files) {
    absl::Status written = WriteFile(folder + AbsolutePath(path), text);
    if (!written.ok()) return written;
  }
  std::error_code error;
  fs::create_directories(folder + kTlsThere, error);
  for (const char* name : {"ca.pem", "controller.pem", "controller-key.pem"}) {
    fs::copy_file(certs + "/" + name, absl::StrCat(folder, kTlsThere, "/", name), error);
    if (!error) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(certs, "/", name, " cannot be read: ", error.message(),
                     "; --tls DIR names the folder that balcony certs has made for the stack"));
  }
  return Docker({"cp", folder + "/.", container_ + ":/"}).status();
}

absl::StatusOr<int> SwarmController::Play() {
  playing_ = true;
  if (interrupted_) {
    playing_ = false;
    return 128 + SIGINT;
  }
  const wire::Fd input = plan_.has_input ? fleet::ReadableText(plan_.input) : wire::Fd();
  // What is typed at the terminal comes to us, who pass it on.
  const absl::StatusOr<pid_t> docker = StartApart(
      {"docker", "start", "--attach", "--interactive", container_}, {.input = input.get()});
  if (!docker.ok()) {
    playing_ = false;
    return docker.status();
  }
  int status = 0;
  while (waitpid(*docker, &status, 0) < 0 && errno == EINTR) {
  }
  playing_ = false;
  return CodeOf(status);
}

absl::StatusOr<int> SwarmController::CodeOf(int status) const {
  // docker start has errors of its own, with the codes of a run.
  const absl::StatusOr<std::string> state =
      Docker({"inspect", "--format", "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}",
              container_});
  if (!state.ok()) {
    return absl::UnavailableError(
        absl::StrCat("nothing is known of the controller's container any more, which has played:"
                     " was it removed? ",
                     state.status().message()));
  }
  const std::vector<std::string> words = absl::StrSplit(absl::StripAsciiWhitespace(*state), ' ');
  int code = 0;
  if (words.size() != 3 || words[0] != "exited" || !absl::SimpleAtoi(words[1], &code)) {
    return absl::UnavailableError(
        absl::StrCat("docker start, through which the controller's container is seen, ended (",
                     fleet::DescribeWaitStatus(status), ") while that is ", words[0]));
  }
  if (code <= kHighestCode || (interrupted_ && code > 128)) return code;
  if (words[2] == "true") {
    return absl::UnavailableError("the controller's container ran out of memory");
  }
  const char* const signal = code > 128 ? sigdescr_np(code - 128) : nullptr;
  return absl::UnavailableError(
      signal == nullptr ? absl::StrCat("the controller's container ended with exit code ", code)
                        : absl::StrCat("the controller's container was killed by signal ",
                                       code - 128, " (", signal, "): was it stopped or removed?"));
}

// Not by docker start: it passes signals on, and may end by them before the controller has.
void SwarmController::Interrupt(const std::string& signal) {
  interrupted_ = true;
  // Again where it is just being started, or has just ended.
  while (playing_ && !Docker({"kill", "--signal", signal, container_}).ok()) {
  }
}

absl::Status SwarmController::Fetch(const std::string& path) {
  const fs::path here = AbsolutePath(path);
  std::error_code error;
  fs::create_directories(here.parent_path(), error);
  return Docker({"cp", absl::StrCat(container_, ":", here.string()), here.string()}).status();
}

}  // namespace balcony::containers
