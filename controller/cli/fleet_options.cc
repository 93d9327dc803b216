#include "controller/cli/fleet_options.h"

namespace balcony::cli {
namespace {

constexpr char kMoreAboutImport[] =
    "It reads a CloudLab, Emulab or GENI manifest (one or several), a FABRIC slice (JSON of nodes\n"
    "and interfaces), an Ansible inventory (INI or YAML), or ssh command lines, one a line, and\n"
    "writes a fleet file to standard output, with a comment where it had to guess.\n"
    "\n"
    "For example:\n"
    "  balcony fleet import manifest.xml > fleet.yaml\n"
    "  balcony run lab.md --fleet fleet.yaml\n"
    "  balcony run lab.md --fleet manifest.xml        the same, where nothing has to be changed";
constexpr char kFiles[] =
    "A fleet file, or what fleet import reads; - for standard input. Nothing where --host says it";

struct FleetCommand {
  const char* name;
  const char* about;
  CommandLine::Command command;
};

constexpr FleetCommand kCommands[] = {
    {"status", "Tell of each host whether it is reached, what it is, and how its clock goes",
     CommandLine::Command::kStatus},
    {"doctor",
     "Try the experiment's network between all hosts, and name what is wrong and the remedy",
     CommandLine::Command::kDoctor},
    {"up", "Keep agents on the hosts, and the connections to them, for many runs",
     CommandLine::Command::kUp},
    {"down", "End what fleet up keeps; all of it where no hosts are named",
     CommandLine::Command::kDown},
    {"clean", "Remove the agents' files from the hosts, and what is known of their keys",
     CommandLine::Command::kClean},
};

}  // namespace

void AddHosts(CLI::App& command, RawHosts& raw) {
  command
      .add_option("--host", raw.hosts,
                  "Reach a host by this ssh command line, as portals print it: 'ssh -p 25610 "
                  "alice@pc1.example.org'. An agent is copied there if it is not, and ends with "
                  "the run")
      ->type_name("HOST=SSH")
      ->allow_extra_args(false);
  command
      .add_option("--tls", raw.tls.folder,
                  "Dial the agents that have an address with TLS, with the ca.pem, controller.pem "
                  "and controller-key.pem in this folder, which balcony certs makes")
      ->type_name("DIR");
  command
      .add_option("--token-file", raw.tls.token_file,
                  "Show those agents the token in this file; a certificate is then not needed")
      ->type_name("FILE");
  command
      .add_option("--user", raw.user, "Log in as this user, where a manifest has logins of several")
      ->type_name("NAME");
}

void AddFleetCommands(CLI::App& fleet, RawHosts& raw, std::vector<std::string>& files,
                      std::vector<std::string>& labs) {
  CLI::App* import = fleet.add_subcommand("import", "Write a fleet file from what testbeds give");
  import->footer(kMoreAboutImport);
  import->add_option("FILE", files, "What to read; - for standard input")->required();
  import->add_option("--user", raw.user, "Log in as this user, where a manifest has several")
      ->type_name("NAME");
  for (const FleetCommand& command : kCommands) {
    CLI::App* added = fleet.add_subcommand(command.name, command.about);
    added->add_option("FLEET", files, kFiles);
    AddHosts(*added, raw);
    added
        ->add_option("--agent", raw.agents,
                     "A host's agent that is already there: ADDRESS:PORT, unix:PATH, or a command")
        ->type_name("HOST=WHERE")
        ->allow_extra_args(false);
    if (command.command != CommandLine::Command::kDoctor) continue;
    added
        ->add_option("--lab", labs,
                     "An experiment that is to be played there: whether its ports are free")
        ->type_name("FILE");
  }
}

std::optional<CommandLine::Command> FleetCommandOf(const CLI::App& fleet) {
  if (fleet.get_subcommand("import")->parsed()) return CommandLine::Command::kImport;
  for (const FleetCommand& command : kCommands) {
    if (fleet.get_subcommand(command.name)->parsed()) return command.command;
  }
  return std::nullopt;
}

}  // namespace balcony::cli
