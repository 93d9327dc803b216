#include "controller/inventory/login_line.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controller/fleet/command.h"
#include "controller/hosts/ssh_line.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {
namespace {

constexpr char kAnyHome[] = "/";
constexpr char kUsualPort[] = "22";
constexpr int kMostPorts = 65535;
// ssh hands names on to a shell in ProxyCommand and Match exec.
constexpr std::string_view kNotInUsers = "'`\"$\\;&<>|(){}";
constexpr std::string_view kNotInHosts = "'`\"$\\;&<>|(){},@/";
constexpr std::string_view kPlain =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";

absl::Status CheckName(std::string_view name, std::string_view refused, std::string_view what) {
  const bool odd = std::any_of(name.begin(), name.end(), [&](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ||
           refused.find(c) != std::string_view::npos;
  });
  if (!odd && !name.starts_with('-')) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(Shown(name), " is no ", std::string(what)));
}

std::string Word(std::string_view text) {
  const std::string_view home = text.starts_with("~/") ? text.substr(0, 2) : "";
  text.remove_prefix(home.size());
  const bool plain =
      (!text.empty() || !home.empty()) && text.find_first_not_of(kPlain) == std::string_view::npos;
  return absl::StrCat(std::string(home),
                      plain ? std::string(text) : fleet::Quoted({std::string(text)}));
}

// An IPv6 address may be in brackets, which ssh does not know.
std::string Bare(const std::string& host) {
  if (!host.starts_with('[') || !host.ends_with(']')) return host;
  return host.substr(1, host.size() - 2);
}

std::string HostOf(std::string_view destination) {
  constexpr std::string_view kScheme = "ssh://";
  const bool is_url = destination.starts_with(kScheme);
  if (is_url) destination.remove_prefix(kScheme.size());
  destination.remove_prefix(destination.rfind('@') + 1);  // npos + 1 is 0
  if (is_url) destination = destination.substr(0, destination.rfind(':'));
  return std::string(destination);
}

absl::StatusOr<Printed> Checked(std::string_view line) {
  const bool odd = std::any_of(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
  });
  if (odd) return absl::InvalidArgumentError("it is more than one line, or no text");
  const auto ssh = hosts::ParseSshLine(std::string(line), kAnyHome);
  if (!ssh.ok()) return ssh.status();
  return Printed{std::string(line), "", HostOf(ssh->destination)};
}

}  // namespace

absl::StatusOr<std::string> LineFor(const Login& login) {
  const std::string host = Bare(login.host);
  if (host.empty()) return absl::InvalidArgumentError("it names no host");
  absl::Status fine = CheckName(login.user, kNotInUsers, "name of a user");
  fine.Update(CheckName(host, kNotInHosts, "name or address of a host"));
  if (!fine.ok()) return fine;
  std::string line = "ssh";
  for (const std::string& word : login.before) absl::StrAppend(&line, " ", Word(word));
  if (!login.port.empty() && login.port != kUsualPort) {
    int port = 0;
    if (!absl::SimpleAtoi(login.port, &port) || port < 1 || port > kMostPorts) {
      return absl::InvalidArgumentError(absl::StrCat(Shown(login.port), " is no port"));
    }
    absl::StrAppend(&line, " -p ", port);
  }
  if (!login.key.empty()) absl::StrAppend(&line, " -i ", Word(login.key));
  for (const std::string& word : login.options) absl::StrAppend(&line, " ", Word(word));
  const std::string user = login.user.empty() ? "" : absl::StrCat(login.user, "@");
  absl::StrAppend(&line, " ", Word(absl::StrCat(user, host)));
  const absl::StatusOr<Printed> checked = Checked(line);
  if (!checked.ok()) return checked.status();
  return line;
}

absl::StatusOr<Printed> ReadPrinted(std::string_view line) {
  line = Trimmed(line);
  absl::StatusOr<Printed> whole = Checked(line);
  const size_t note = line.find(" (");
  if (whole.ok() || note == std::string_view::npos || !line.ends_with(')')) return whole;
  absl::StatusOr<Printed> printed = Checked(Trimmed(line.substr(0, note)));
  if (!printed.ok()) return printed;
  printed->note = line.substr(note + 1);
  return printed;
}

absl::StatusOr<std::vector<std::string>> ShellWords(std::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = '\0';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escapes = c == '\\' && i + 1 < text.size() && quote != '\'' &&
                         (quote == '\0' || text[i + 1] == '"' || text[i + 1] == '\\');
    if (escapes) {
      word = word.value_or("") + text[++i];
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      word = word.value_or("");
      quote = c;
    } else if (quote == '\0' && (c == ' ' || c == '\t')) {
      if (word) words.push_back(*std::exchange(word, std::nullopt));
    } else if (quote == '\0' && c == '#' && !word) {
      break;
    } else {
      if (!word) word.emplace();
      word->push_back(c);
    }
  }
  if (quote != '\0') return absl::InvalidArgumentError("a quote is not closed");
  if (word) words.push_back(*std::move(word));
  return words;
}

}  // namespace balcony::inventory
