#include "controller/cli/run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/cli/files.h"
#include "controller/cli/fleets.h"
#include "controller/cli/layout.h"
#include "controller/cli/load.h"
#include "controller/cli/swarm.h"
#include "controller/report/json.h"
#include "controller/report/transcript.h"
#include "controller/run/play.h"
#include "controller/script/source.h"

namespace balcony::cli {
namespace {

// Prints steps as they end.
class Printer : public run::StepLog {
 public:
  explicit Printer(const report::Layout& layout) : layout_(layout) {}
  void Add(std::vector<v1::StepReport> steps, const std::string& prompt) override {
    std::cout << report::StepLines(steps, prompt, layout_) << std::flush;
  }

 private:
  const report::Layout& layout_;
};

// A failed step, as `check` shows a mistake: the line in the file, and a caret under what was
// expected.
std::string Place(const script::Script& script, const v1::StepReport& bad) {
  script::Span span{static_cast<int>(bad.line()), static_cast<int>(bad.column()), 1};
  if (bad.expected_line() > 0) {
    span = {static_cast<int>(bad.expected_line()), static_cast<int>(bad.expected_column()),
            static_cast<int>(bad.expected().size())};
  }
  const std::string who = bad.host().empty() ? "wire" : bad.host();
  return script::Render(script.name, script.text,
                        {span, absl::StrCat(who, ": ", bad.message()), ""});
}

std::string AsComments(const std::string& text) {
  std::string commented;
  size_t begin = 0;
  for (size_t end = text.find('\n'); end != std::string::npos;
       begin = end + 1, end = text.find('\n', begin)) {
    absl::StrAppend(&commented, "# ", text.substr(begin, end - begin), "\n");
  }
  return commented;
}

v1::FileReport NotRun(const std::string& file, v1::Verdict verdict, const std::string& message) {
  v1::FileReport report;
  report.set_file(file);
  report.set_verdict(verdict);
  report.set_message(message);
  return report;
}

v1::FileReport RunLoaded(const CommandLine& line, const Loaded& loaded, fleet::Nursery& nursery,
                         run::Input& input) {
  const report::Layout layout = MakeLayout(loaded.script, loaded.topology, line.colour);
  auto fleet = MakeFleet(line, loaded, nursery, input);
  v1::FileReport report;
  if (fleet.ok()) {
    Printer printer(layout);
    report = run::Introduce(loaded.script, loaded.topology, **fleet);
    std::cout << report::Opening(report, layout) << std::flush;
    if ((*fleet)->lacking.empty()) {
      report = run::Play(loaded.script, loaded.topology, **fleet, input, line.limit,
                         std::move(report), printer);
    } else {
      report.set_verdict(v1::VERDICT_SKIPPED);
      report.set_message((*fleet)->lacking);
    }
  } else {
    const bool wrong = fleet.status().code() == absl::StatusCode::kInvalidArgument;
    report = NotRun(loaded.script.name, wrong ? v1::VERDICT_INVALID : v1::VERDICT_NOT_RUN,
                    absl::StrCat(loaded.script.name, ": ", std::string(fleet.status().message())));
  }
  const v1::StepReport* bad = report::FindBad(report);
  std::cout << (bad == nullptr ? "" : AsComments(Place(loaded.script, *bad)))
            << report::SocketLines(report, layout)
            << report::VerdictLine(report, CountSteps(loaded.script.statements), layout)
            << std::flush;
  return report;
}

// Files that were skipped do not count beside others; alone they are no success (decision 018).
ExitCode ExitCodeOf(const v1::Report& report) {
  const auto skipped = [](const v1::FileReport& file) {
    return file.verdict() == v1::VERDICT_SKIPPED;
  };
  const auto& files = report.files();
  if (!files.empty() && std::all_of(files.begin(), files.end(), skipped)) return kNotRun;
  ExitCode worst = kPassed;
  for (const v1::FileReport& file : files) {
    if (skipped(file)) continue;
    const ExitCode code = file.verdict() == v1::VERDICT_PASSED    ? kPassed
                          : file.verdict() == v1::VERDICT_INVALID ? kInvalid
                          : file.verdict() == v1::VERDICT_NOT_RUN ? kNotRun
                                                                  : kFailed;
    worst = std::max(worst, code);
  }
  return worst;
}

// Opens the report's file; complains if that cannot be.
std::ofstream OpenReport(const std::string& folder, std::ios::openmode mode) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::ofstream out(std::filesystem::path(folder) / "report.json", std::ios::binary | mode);
  if (!out) {
    std::cerr << "balcony: " << folder << "/report.json cannot be written: "
              << (error ? error.message() : std::string("is the folder yours?")) << "\n";
  }
  return out;
}

bool WriteReport(const std::string& folder, const v1::Report& report) {
  const auto json = report::Json(report);
  std::ofstream out = OpenReport(folder, std::ios::trunc);
  if (!out) return false;
  if (json.ok() && out << *json << std::flush) return true;
  std::cerr << "balcony: " << folder << "/report.json is not whole: is the disk full?\n";
  return false;
}

}  // namespace

ExitCode Run(const CommandLine& line, fleet::Nursery& nursery, run::Input& input) {
  auto files = ReadFiles(line.files);
  if (!files.ok()) {
    std::cerr << "balcony: " << files.status().message() << "\n";
    return kInvalid;
  }
  // Before the first step: nobody wants to play all of them again.
  if (!line.report_folder.empty() && !OpenReport(line.report_folder, std::ios::app)) return kNotRun;
  if (line.fleet.rfind("swarm", 0) == 0) {
    if (const auto code = RunInSwarm(line, *files, input)) return *code;
  }
  v1::Report report;
  report.set_version(BALCONY_VERSION);
  for (SourceFile& file : *files) {
    const std::string name = file.name;
    std::string complaints;
    const std::optional<Loaded> loaded = Load(std::move(file), line.overrides, complaints);
    if (!loaded) std::cerr << complaints;
    *report.add_files() =
        loaded ? RunLoaded(line, *loaded, nursery, input)
               : NotRun(name, v1::VERDICT_INVALID, "the file is wrong: " + complaints);
    if (input.interrupted()) break;
  }
  std::cout << report::Total(report, {0, 0, line.colour}) << std::flush;
  if (!line.report_folder.empty() && !WriteReport(line.report_folder, report)) return kNotRun;
  return ExitCodeOf(report);
}

}  // namespace balcony::cli
