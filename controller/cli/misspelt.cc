#include "controller/cli/misspelt.h"

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "controller/script/source.h"

namespace balcony::cli {
namespace {

// "balcony fleet up".
std::string WordsOf(const CLI::App& command) {
  const CLI::App* const above = command.get_parent();
  return above == nullptr ? command.get_name()
                          : absl::StrCat(WordsOf(*above), " ", command.get_name());
}

// The command that was named, down to its last word.
const CLI::App& Named(const CLI::App& app) {
  const auto named = app.get_subcommands([](const CLI::App* command) { return command->parsed(); });
  return named.empty() ? app : Named(*named.front());
}

// An option of the command that is nearly what was typed, or "".
std::string NearestOption(const CLI::App& command, int argc, char** argv) {
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  for (int i = 2; i < argc; ++i) {
    const std::string given = std::string(argv[i]).substr(0, std::string(argv[i]).find('='));
    if (given.rfind("--", 0) != 0 || given == "--") continue;
    const std::string nearest = script::Nearest(given, known);
    if (!nearest.empty() && nearest != given) return nearest;
  }
  return "";
}

}  // namespace

std::string UnknownCommand(const CLI::App& app, const std::vector<const char*>& words) {
  if (words.empty() || words.front()[0] == '-') return "";
  const std::string word = words.front();
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(command->get_name());
    if (commands.back() != word) continue;
    const bool has_commands = command->get_require_subcommand_min() > 0;
    return has_commands ? UnknownCommand(*command, {words.begin() + 1, words.end()}) : "";
  }
  const std::string nearest = script::Nearest(word, commands);
  const std::string instead = nearest.empty()
                                  ? absl::StrCat(WordsOf(app), " --help lists them")
                                  : absl::StrCat("did you mean ", WordsOf(app), " ", nearest, "?");
  return absl::StrCat("there is no command ", WordsOf(app), " ", word, "; ", instead);
}

std::string WhatWasMeant(const CLI::App& app, int argc, char** argv) {
  const CLI::App& named = Named(app);
  const std::string nearest = NearestOption(named, argc, argv);
  return absl::StrCat(nearest.empty() ? "" : "; did you mean ", nearest, "; ", WordsOf(named),
                      " --help says more");
}

}  // namespace balcony::cli
