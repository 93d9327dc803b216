#include "controller/inventory/ssh_lines.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/inventory/login_line.h"
#include "controller/script/address.h"

namespace balcony::inventory {
namespace {

struct NamedLine {
  std::string_view name;
  std::string_view line;
};

bool BeginsWithSsh(std::string_view line) {
  const std::string_view word = line.substr(0, line.find_first_of(" \t"));
  return word.size() < line.size() && (word == "ssh" || word.ends_with("/ssh"));
}

NamedLine Split(std::string_view line) {
  line = Trimmed(line);
  const size_t end = line.find_first_of("=: \t\"'");
  if (BeginsWithSsh(line) || end == 0 || end == std::string_view::npos) return {"", line};
  const std::string_view name = line.substr(0, end);
  std::string_view rest = Trimmed(line.substr(end));
  if (!rest.starts_with('=') && !rest.starts_with(':')) return {"", line};
  rest = Trimmed(rest.substr(1));
  return BeginsWithSsh(rest) ? NamedLine{name, rest} : NamedLine{"", line};
}

}  // namespace

bool IsSshLine(std::string_view line) { return BeginsWithSsh(Split(line).line); }

absl::StatusOr<Reading> ReadSshLines(const Document& document) {
  Reading reading = {.kind = "ssh command lines"};
  int number = 0;
  for (const std::string_view line : LinesOf(document.text)) {
    ++number;
    const auto [name, command] = Split(line);
    if (command.empty() || command.starts_with('#')) continue;
    absl::StatusOr<Printed> printed = ReadPrinted(command);
    if (!printed.ok()) return WrongAt(document, number, std::string(printed.status().message()));
    Found found = {.named = std::string(name), .line = number};
    found.place.ssh = printed->line;
    if (!printed->note.empty()) {
      found.remarks.push_back(absl::StrCat("the line says ", printed->note));
    }
    if (name.empty()) {
      if (!script::AddressBytes(printed->host)) {
        found.named = printed->host.substr(0, printed->host.find('.'));
      }
      found.remarks.emplace_back("its name is a guess; NAME= in front of the line says another");
    }
    reading.hosts.push_back(std::move(found));
    if (reading.hosts.size() > document.most_hosts) return TooManyHosts(document, number);
  }
  return reading;
}

}  // namespace balcony::inventory
