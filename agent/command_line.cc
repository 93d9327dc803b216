#include "agent/command_line.h"

#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/inquiry.h"
#include "agent/listener.h"

namespace balcony::agent {
namespace {

constexpr char kAbout[] =
    "Does single socket calls on command, for experiments that are written elsewhere.";

// What the options write to before it is checked.
struct Raw {
  std::vector<std::string> limits;
  std::string log_format = "text";
};

ExitCode Fail(const std::string& message) {
  std::fprintf(stderr, "%s\nRun with --help for more information.\n", message.c_str());
  return kBadCommandLine;
}

// Without their number: CLI11 would say that one is needed before it names a word that it does not
// know.
void AddWays(CLI::App& app, CommandLine& line) {
  CLI::Option_group* ways = app.add_option_group(
      "ways",
      "Where the client is. Without any of them the agent listens on "
      "unix:$XDG_RUNTIME_DIR/balcony-agent.sock, or root's, without that directory, on "
      "unix:/run/balcony-agent.sock. In a PATH %H is the host's name, and %% a percent sign.");
  ways->add_option("--fd", line.fd, "Serve on this inherited stream socket, and end with it")
      ->type_name("N")
      ->check(CLI::Range(0, std::numeric_limits<int>::max()));
  ways->add_option(
          "--stdio", line.stdio_path,
          "Serve on standard input and output, and end with them; with --listen unix:PATH, "
          "there too until then; with =PATH or =unix:PATH, join them to the agent that "
          "listens on this Unix socket")
      ->type_name("[=PATH]")
      ->expected(0, 1);
  ways->add_option("--listen", line.listen,
                   "Serve whoever connects to unix:PATH, which its owner alone can, or to "
                   "ADDRESS:PORT; an address that is not a loopback one needs authentication")
      ->type_name("WHERE");
  ways->add_option(
          "--check", line.check,
          "Ask the agent that listens on =PATH, =unix:PATH or a loopback =ADDRESS:PORT, or "
          "in the usual place, who it is; print that on one line, or exit with 3 if none "
          "answers within 3 seconds. For people: an agent is ready when it answers")
      ->type_name("[=WHERE]")
      ->expected(0, 1);
}

void AddAccess(CLI::App& app, Access& access) {
  CLI::Option_group* group = app.add_option_group(
      "access",
      "Who may use an agent that listens at an address. `balcony certs` makes the files; "
      "they are read again when they change.");
  group->add_option("--tls-cert", access.certificate, "The agent's certificate, PEM")
      ->type_name("FILE");
  group->add_option("--tls-key", access.key, "The certificate's key, PEM, readable by you alone")
      ->type_name("FILE");
  group
      ->add_option("--tls-ca", access.authority,
                   "Let in who has a certificate that this authority signed, PEM")
      ->type_name("FILE");
  group
      ->add_option("--token-file", access.token_file,
                   "Let in who shows the token in this file, readable by you alone, as metadata "
                   "\"authorization: Bearer TOKEN\"; with --tls-ca both are needed. Read once")
      ->type_name("FILE");
  group->add_flag("--insecure", access.insecure,
                  "Let everybody in who reaches the address, and use this host's network");
}

std::string LimitHelp() {
  std::string help = "Set a limit; may be said several times. With their defaults:";
  for (const LimitRow& row : LimitRows()) {
    absl::StrAppend(&help, "\n", row.name, "=", LimitValue(row, Limits()), ": ", row.about);
  }
  return help;
}

void AddRest(CLI::App& app, Raw& raw, CommandLine& line) {
  app.add_option("--limit", raw.limits, LimitHelp())
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  // CLI11 would take what follows for more of them, and brackets for a list.
  app.add_option("--allow", line.allow,
                 "Where sockets may bind, connect and send, instead of everywhere; more than once: "
                 "[bind=|connect=|send=|any=]NETWORK[:PORT[-PORT]]")
      ->type_name("RULE")
      ->allow_extra_args(false);
  app.add_flag("--own-network", line.own_network,
               "This network namespace was made for this agent, which may change its interfaces, "
               "routes, neighbours and settings; for who made it, and holds the other end of --fd")
      ->needs("--fd");
  app.add_flag("--narrate", line.narrate,
               "Tell on standard error what happens on the sockets: who connected, what was "
               "received and sent. It shows payload, which is in the log of no other agent");
  app.add_option("--log-format", raw.log_format,
                 "How the log on standard error is written: text, or json, an object a line")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

// Names in the paths, with the option in front of what is wrong with one.
absl::Status Expand(const char* option, std::string& where) {
  const auto expanded = ExpandWhere(where);
  if (!expanded.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(option, std::string(expanded.status().message())));
  }
  where = *expanded;
  return absl::OkStatus();
}

absl::Status ExpandAll(CommandLine& line) {
  const bool bare = line.check.find('/') != std::string::npos && line.check.rfind("unix:", 0) != 0;
  if (bare) line.check.insert(0, "unix:");
  if (!line.stdio_path.empty() && line.stdio_path.rfind("unix:", 0) != 0) {
    line.stdio_path.insert(0, "unix:");
  }
  absl::Status status = Expand("--listen ", line.listen);
  if (status.ok()) status = Expand("--stdio=", line.stdio_path);
  if (status.ok()) status = Expand("--check=", line.check);
  if (status.ok() && !line.check.empty()) status = CheckInquiry(line.check);
  return status;
}

absl::Status CheckReach(const CommandLine& line) {
  if (line.listen.empty() || line.listen.rfind("unix:", 0) == 0) {
    if (line.access.is_default())
      return line.listen.empty() ? absl::OkStatus() : IsOpenToOthers(line.listen).status();
    return absl::InvalidArgumentError(
        "--tls-cert, --tls-key, --tls-ca, --token-file and --insecure are for --listen"
        " ADDRESS:PORT; any other way is its starter's or owner's own");
  }
  const absl::StatusOr<bool> open = IsOpenToOthers(line.listen);
  if (!open.ok()) return open.status();
  return CheckAccess(line.access, line.listen, *open);
}

absl::Status Finish(const Raw& raw, CommandLine& line) {
  for (const std::string& text : raw.limits) {
    const absl::Status status = SetLimit(text, line.limits);
    if (!status.ok()) return status;
  }
  line.log_format = raw.log_format == "json" ? LogFormat::kJson : LogFormat::kText;
  absl::Status status = ExpandAll(line);
  return status.ok() ? CheckReach(line) : status;
}

}  // namespace

std::string UsualPlace(uid_t user, const char* runtime_directory) {
  const std::string_view directory = runtime_directory == nullptr ? "" : runtime_directory;
  struct stat found {};
  // XDG Base Directory Specification: an absolute path, and the user's own. One that came along
  // from another user, as with sudo -E, is not.
  if (directory.substr(0, 1) == "/" && stat(runtime_directory, &found) == 0 &&
      found.st_uid == user) {
    return absl::StrCat("unix:", runtime_directory, "/balcony-agent.sock");
  }
  return user == 0 ? "unix:/run/balcony-agent.sock" : "";
}

std::variant<CommandLine, ExitCode> ParseCommandLine(int argc, char** argv) {
  CommandLine line;
  Raw raw;
  CLI::App app(kAbout, "balcony-agent");
  app.set_version_flag("--version", "balcony-agent " BALCONY_VERSION);
  AddWays(app, line);
  AddAccess(app, line.access);
  AddRest(app, raw, line);
  // To CLI11 "--stdio=" is "--stdio".
  for (const std::string_view bare : {"--stdio=", "--check="}) {
    if (std::find(argv, argv + argc, bare) == argv + argc) continue;
    return Fail(absl::StrCat(std::string(bare), ": a path is missing"));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kEnded : kBadCommandLine;
  }
  const size_t ways =
      app.count("--fd") + app.count("--stdio") + app.count("--listen") + app.count("--check");
  const bool checks = app.count("--check") > 0;
  std::string& where = checks ? line.check : line.listen;
  if ((ways == 0 || checks) && where.empty()) {
    where = UsualPlace(geteuid(), std::getenv("XDG_RUNTIME_DIR"));
  }
  if (checks && where.empty()) return Fail("--check: there is no usual place; write --check=PATH");
  line.stdio = app.count("--stdio") > 0;
  const bool stays = line.stdio && line.stdio_path.empty() && line.listen.rfind("unix:", 0) == 0;
  if (ways > (stays ? 2U : 1U) || (ways == 0 && line.listen.empty())) {
    return Fail(
        "One of --fd, --stdio, --listen and --check is needed, and once; --stdio goes with --listen"
        " unix:PATH too.");
  }
  if (app.count("--listen") > 0 && line.listen.empty()) {
    return Fail("--listen: unix:PATH or ADDRESS:PORT is missing");
  }
  if (!line.stdio_path.empty() && !line.allow.empty()) {
    return Fail("--allow belongs to the agent that listens on the path.");
  }
  if (line.narrate && (checks || !line.stdio_path.empty())) {
    return Fail("--narrate belongs to the agent that listens there.");
  }
  const absl::Status status = Finish(raw, line);
  if (!status.ok()) return Fail(std::string(status.message()));
  return line;
}

}  // namespace balcony::agent
