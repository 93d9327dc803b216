#include "controller/cli/check.h"

#include <iostream>

#include "controller/cli/files.h"
#include "controller/cli/load.h"
#include "controller/report/transcript.h"

namespace balcony::cli {

ExitCode Check(const CommandLine& line) {
  auto files = ReadFiles(line.files);
  if (!files.ok()) {
    std::cerr << "balcony: " << files.status().message() << "\n";
    return kInvalid;
  }
  ExitCode exit_code = kPassed;
  for (SourceFile& file : *files) {
    const std::string name = file.name;
    std::string complaints;
    const std::optional<Loaded> loaded = Load(std::move(file), line.overrides, complaints);
    if (loaded) {
      std::cout << "# " << name << ": "
                << report::Count(CountSteps(loaded->script.statements), "step") << " on "
                << report::Count(loaded->topology.hosts.size(), "host") << ", nothing wrong\n";
    } else {
      std::cerr << complaints;
      exit_code = kInvalid;
    }
  }
  return exit_code;
}

}  // namespace balcony::cli
