#include "controller/cli/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "controller/cli/fleet_kind.h"
#include "controller/cli/fleet_options.h"
#include "controller/cli/misspelt.h"
#include "controller/run/play.h"

namespace balcony::cli {
namespace {

constexpr char kAbout[] = "Balcony runs network experiments on real sockets, on real hosts.";
constexpr char kExitCodes[] =
    "Exit codes: 0 as expected; 1 an expectation failed; 2 the file or command line is wrong;\n"
    "3 could not run (no agent, no privilege, lost host; all files were skipped).";

constexpr int kMostCertificateDays = 3650;
constexpr char kAboutCerts[] = "Make certificates, so that agents can listen at public addresses";
constexpr char kMoreAboutCerts[] =
    "DIR is made where it is missing, for you alone. It gets an authority (ca.pem, ca-key.pem), a\n"
    "certificate for a controller (controller.pem, controller-key.pem) and, with --agent, one for\n"
    "an agent (agent-HOST.pem, agent-HOST-key.pem). An authority that is there already signs; no\n"
    "file is ever written over. Keep ca-key.pem to yourself: whoever has it can make more.\n"
    "\n"
    "For example:\n"
    "  balcony certs certs --agent juliet.example.org 192.0.2.7\n"
    "  scp certs/ca.pem certs/agent-juliet.example.org*.pem juliet.example.org:\n"
    "  juliet$ balcony-agent --listen 192.0.2.7:7000 --tls-cert agent-juliet.example.org.pem \\\n"
    "      --tls-key agent-juliet.example.org-key.pem --tls-ca ca.pem\n"
    "  balcony run FILE --agent juliet=juliet.example.org:7000 --tls certs";

// What the options write to before it is checked.
struct Raw {
  std::vector<std::string> files;
  std::vector<std::string> overrides;
  std::vector<std::string> labs;
  RawHosts hosts;
  std::string agents_folder;
  CertsLine certs;
  std::string fleet = "local";
  bool keep = false;
  std::string report_folder;
  std::string limit = absl::FormatDuration(run::kDefaultLimit);
  std::string colour = "auto";
  std::string prompt = "auto";
};

void AddFiles(CLI::App& command, Raw& raw) {
  command
      .add_option("FILE", raw.files,
                  "Experiment files, folders with experiments, or - for standard input")
      ->required();
  command.add_option("-D,--define", raw.overrides, "Give a parameter of the file another value")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

void AddRun(CLI::App& run, Raw& raw) {
  AddFiles(run, raw);
  CLI::Option* fleet =
      run.add_option(
             "--fleet", raw.fleet,
             "Where the hosts come from: local, a network namespace each; loopback, a loopback "
             "address each; compose, a container each; compose:FILE, the containers of your own "
             "Compose project, which is brought up where it is not; swarm, a task of a swarm each; "
             "swarm:STACK, the tasks of your own stack; or a file which says how each host is "
             "reached: a fleet file, or what balcony fleet import reads")
          ->type_name("KIND")
          ->capture_default_str();
  run.add_flag("--keep", raw.keep, "Leave the containers up that were brought up for this run");
  run.add_option(
         "--agents", raw.agents_folder,
         "Give every host, but for those of --agent, the agent that listens in this folder: "
         "HOST.sock; client[2] without one of its own has the second of client-*.sock. They "
         "have 30 seconds to come up")
      ->type_name("DIR")
      ->check([](const std::string& folder) { return folder.empty() ? "a folder is wanted" : ""; })
      ->excludes(fleet);
  run.add_option("--agent", raw.hosts.agents,
                 "Give a host an agent that is already there: ADDRESS:PORT (127.0.0.1, or anywhere "
                 "with --tls), unix:PATH, or a command whose standard "
                 "input and output are the agent's; the other hosts get loopback addresses")
      ->type_name("HOST=WHERE")
      ->allow_extra_args(false);
  AddHosts(run, raw.hosts);
  run.add_option("--report", raw.report_folder, "Write report.json into this folder")
      ->type_name("DIR");
  run.add_option("--limit", raw.limit, "How long one file may take, for example 90s or 10m")
      ->capture_default_str();
  const CLI::IsMember when({"auto", "always", "never"});
  run.add_option("--colour,--color", raw.colour, "auto, always or never")
      ->check(when)
      ->capture_default_str();
  run.add_option("--prompt", raw.prompt,
                 "Show what input asks for: auto (where a terminal is typed at), always or never")
      ->check(when)
      ->capture_default_str();
}

void AddCerts(CLI::App& certs, CertsLine& line) {
  certs.footer(kMoreAboutCerts);
  certs.add_option("DIR", line.folder, "The folder with the files")->required();
  certs
      .add_option("--agent", line.agents,
                  "A certificate for one agent, made out to all these names and addresses, by "
                  "which controllers dial it")
      ->type_name("HOST");
  certs
      .add_option("--controller", line.controller,
                  "A certificate for one more controller of this name, in controller-NAME.pem and "
                  "controller-NAME-key.pem; give them to it, without NAME, with ca.pem")
      ->type_name("NAME");
  certs.add_option("--days", line.days, "How long the certificates are good for")
      ->check(CLI::Range(1, kMostCertificateDays))
      ->capture_default_str();
}

// Pairs that an `=` joins, in the `form` NAME=VALUE; false and a message for one that is none.
bool Split(const std::vector<std::string>& pairs, const std::string& option,
           const std::string& form, std::map<std::string, std::string>& split) {
  for (const std::string& pair : pairs) {
    const size_t equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos) {
      std::cerr << "balcony: " << option << " " << pair << ": " << form << " is wanted\n";
      return false;
    }
    if (!split.emplace(pair.substr(0, equals), pair.substr(equals + 1)).second) {
      std::cerr << "balcony: " << option << " " << pair << ": given twice\n";
      return false;
    }
  }
  return true;
}

bool Complain(const std::string& message) {
  std::cerr << "balcony: " << message << "\n";
  return false;
}

// Whether there is such a fleet, and the other options fit it.
bool CheckFleet(const Raw& raw) {
  const FleetKind* const kind = FindFleet(raw.fleet);
  if (kind == nullptr) return Complain(WhyNoFleet(raw.fleet));
  if (raw.keep && kind->name != "compose") return Complain("--keep is for --fleet compose");
  const bool of_places = kind->name == "local" || kind->name == "file";
  if (!raw.hosts.hosts.empty() && !of_places) {
    return Complain(
        absl::StrCat("--host and --fleet ", raw.fleet, ": one of them says where the hosts are"));
  }
  const bool dials = kind->name == "tasks" || raw.fleet.rfind("swarm:", 0) == 0;
  const bool tls = raw.hosts.tls.given();
  if (dials && !tls) {
    return Complain(absl::StrCat("--fleet ", raw.fleet,
                                 " needs --tls DIR, the folder with the certificates that balcony"
                                 " certs has made for the stack"));
  }
  if (tls && raw.hosts.agents.empty() && !dials && kind->name != "file") {
    return Complain("--tls is for agents that are dialled: --agent HOST=ADDRESS:PORT");
  }
  if (kind->takes_argument && !raw.hosts.agents.empty()) {
    return Complain(absl::StrCat("--agent and --fleet ", kind->name,
                                 ": one of them says where the agents are"));
  }
  return true;
}

bool Finish(const Raw& raw, CommandLine& line) {
  if (line.command == CommandLine::Command::kRun && !CheckFleet(raw)) return false;
  line.files = raw.files;
  line.labs = raw.labs;
  line.user = raw.hosts.user;
  line.fleet = raw.fleet;
  line.keep = raw.keep;
  line.agents_folder = raw.agents_folder;
  line.tls = raw.hosts.tls;
  line.certs = raw.certs;
  if (!line.tls.given() && !line.tls.token_file.empty()) {
    return Complain("--token-file needs --tls: a token never goes over the wire in clear");
  }
  line.report_folder = raw.report_folder;
  line.colour = raw.colour == "always" || (raw.colour == "auto" && isatty(STDOUT_FILENO) == 1 &&
                                           getenv("NO_COLOR") == nullptr);
  line.prompt = raw.prompt == "always" || (raw.prompt == "auto" && isatty(STDIN_FILENO) == 1);
  if (!absl::ParseDuration(raw.limit, &line.limit) || line.limit <= absl::ZeroDuration()) {
    std::cerr << "balcony: --limit " << raw.limit << ": a time is wanted, for example 90s or 10m\n";
    return false;
  }
  return Split(raw.overrides, "-D", "NAME=VALUE", line.overrides) &&
         Split(raw.hosts.hosts, "--host", "HOST='ssh …'", line.hosts) &&
         Split(raw.hosts.agents, "--agent", "HOST=COMMAND or HOST=ADDRESS:PORT", line.agents);
}

// `help`, and `help run`, are --help.
std::vector<const char*> Spelled(int argc, char** argv) {
  std::vector<const char*> words(argv, argv + argc);
  if (argc < 2 || words[1] != std::string("help")) return words;
  words.erase(words.begin() + 1);
  words.resize(std::min<size_t>(words.size(), 2));
  words.push_back("--help");
  return words;
}

}  // namespace

std::variant<CommandLine, ExitCode> ParseCommandLine(int argc, char** argv) {
  Raw raw;
  CLI::App app(kAbout, "balcony");
  app.set_version_flag("--version", std::string("balcony ") + BALCONY_VERSION);
  app.footer(kExitCodes);
  app.require_subcommand(1);
  CLI::App* run =
      app.add_subcommand("run", "Play experiments and report what the kernels answered");
  AddRun(*run, raw);
  CLI::App* check = app.add_subcommand("check", "Find all that can be found wrong without running");
  AddFiles(*check, raw);
  CLI::App* certs = app.add_subcommand("certs", kAboutCerts);
  AddCerts(*certs, raw.certs);
  CLI::App* fleet = app.add_subcommand(
      "fleet", "Write what brings up hosts, look at hosts that are there, and keep them up");
  fleet->require_subcommand(1);
  CLI::App* compose =
      fleet->add_subcommand("compose", "Write a Compose project with an agent in each container");
  AddFiles(*compose, raw);
  CLI::App* stack = fleet->add_subcommand(
      "swarm", "Write a stack for docker stack deploy with an agent in each task");
  AddFiles(*stack, raw);
  AddFleetCommands(*fleet, raw.hosts, raw.files, raw.labs);
  const std::vector<const char*> words = Spelled(argc, argv);
  const auto count = static_cast<int>(words.size());
  if (std::string unknown = UnknownCommand(app, {words.begin() + 1, words.end()});
      !unknown.empty()) {
    Complain(unknown);
    return kInvalid;
  }
  try {
    app.parse(count, words.data());
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
    return kPassed;
  } catch (const CLI::ParseError& error) {
    Complain(absl::StrCat(error.what(), WhatWasMeant(app, argc, argv)));
    return kInvalid;
  }
  CommandLine line;
  line.command = check->parsed()   ? CommandLine::Command::kCheck
                 : certs->parsed() ? CommandLine::Command::kCerts
                 : fleet->parsed()
                     ? FleetCommandOf(*fleet).value_or(CommandLine::Command::kWriteFleet)
                     : CommandLine::Command::kRun;
  if (line.command == CommandLine::Command::kWriteFleet)
    raw.fleet = stack->parsed() ? "swarm" : "compose";
  if (!Finish(raw, line)) return kInvalid;
  return line;
}

}  // namespace balcony::cli
