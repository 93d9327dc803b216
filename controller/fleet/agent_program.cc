#include "controller/fleet/agent_program.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace balcony::fleet {
namespace {

bool Runs(const std::filesystem::path& program) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(program, ignored) && access(program.c_str(), X_OK) == 0;
}

}  // namespace

absl::StatusOr<std::string> FindAgentProgram() {
  std::error_code error;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here sets variables
  if (const char* const chosen = getenv("BALCONY_AGENT"); chosen != nullptr && *chosen != '\0') {
    const std::filesystem::path program = std::filesystem::absolute(chosen, error);
    if (!error && Runs(program)) return program.string();
    return absl::NotFoundError(absl::StrCat("no agent to start: $BALCONY_AGENT is ", chosen,
                                            ", which is no program that can be run"));
  }
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path beside = self.parent_path() / "balcony-agent";
  if (!error && Runs(beside)) return beside.string();
  return absl::NotFoundError(absl::StrCat("no agent to start: ", beside.string(),
                                          " is no program that can be run, and $BALCONY_AGENT,"
                                          " which may name one, is not set"));
}

}  // namespace balcony::fleet
