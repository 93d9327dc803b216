#include "controller/cli/swarm.h"

#include <algorithm>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "controller/cli/load.h"
#include "controller/containers/swarm.h"

namespace balcony::cli {
namespace {

ExitCode Fail(const std::string& message) {
  std::cerr << "balcony: " << message << "\n";
  return kNotRun;
}

// What the controller in the swarm is told: all that this one was, but for where its agents are.
std::vector<std::string> CommandOf(const CommandLine& line, const std::vector<SourceFile>& files) {
  std::vector<std::string> words = {"run"};
  for (const SourceFile& file : files) words.push_back(file.name);
  for (const auto& [name, value] : line.overrides) {
    words.insert(words.end(), {"--define", absl::StrCat(name, "=", value)});
  }
  words.insert(words.end(),
               {"--limit", absl::FormatDuration(line.limit), "--colour",
                line.colour ? "always" : "never", "--prompt", line.prompt ? "always" : "never"});
  if (!line.report_folder.empty()) words.insert(words.end(), {"--report", line.report_folder});
  return words;
}

}  // namespace

std::optional<ExitCode> RunInSwarm(const CommandLine& line, const std::vector<SourceFile>& files,
                                   run::Input& input) {
  if (!line.tls.token_file.empty()) {
    std::cerr << "balcony: --token-file is not for --fleet swarm, whose agents are shown the"
                 " certificate in --tls\n";
    return kInvalid;
  }
  absl::string_view stack = line.fleet;
  absl::ConsumePrefix(&stack, "swarm");
  absl::ConsumePrefix(&stack, ":");
  containers::SwarmPlan plan;
  plan.stack = std::string(stack);
  plan.tls_folder = line.tls.folder;
  plan.command = CommandOf(line, files);
  std::vector<Loaded> experiments;
  std::string complaints;
  for (const SourceFile& file : files) {
    if (file.name == "-") {
      plan.has_input = true;
      plan.input = file.text;
    } else if (file.status.ok()) {
      plan.files.emplace(file.name, file.text);
    }
    // The controller in the swarm complains of what is wrong; here it is the hosts that count.
    std::optional<Loaded> loaded = Load(file, line.overrides, complaints);
    if (loaded) experiments.push_back(*std::move(loaded));
  }
  if (experiments.empty()) return std::nullopt;
  std::vector<const script::Topology*> topologies;
  topologies.reserve(experiments.size());
  for (const Loaded& loaded : experiments) topologies.push_back(&loaded.topology);
  const auto controller = containers::SwarmController::Prepare(topologies, plan);
  if (!controller.ok()) return Fail(std::string(controller.status().message()));
  // "interrupted by SIGTERM"
  input.WhenInterrupted(
      [&](const std::string& why) { (*controller)->Interrupt(why.substr(why.rfind(' ') + 1)); });
  const absl::StatusOr<int> code = (*controller)->Play();
  input.WhenInterrupted(nullptr);
  if (!code.ok()) return Fail(std::string(code.status().message()));
  if (!line.report_folder.empty()) {
    const absl::Status fetched = (*controller)->Fetch(line.report_folder + "/report.json");
    // One that was interrupted before it had begun has written none.
    if (!fetched.ok() && *code <= kNotRun) return Fail(std::string(fetched.message()));
  }
  return static_cast<ExitCode>(std::min<int>(*code, kNotRun));
}

}  // namespace balcony::cli
