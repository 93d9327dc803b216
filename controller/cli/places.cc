#include "controller/cli/places.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"

namespace balcony::cli {
namespace {

absl::StatusOr<std::string> ReadText(const std::string& name) {
  if (name == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(name, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.is_open() && !file.bad()) return text;
  return absl::InvalidArgumentError(absl::StrCat(name, ": it cannot be read"));
}

}  // namespace

absl::StatusOr<hosts::Places> ReadPlaces(const std::vector<std::string>& files,
                                         const CommandLine& line) {
  hosts::Places places;
  for (const std::string& name : files) {
    const absl::StatusOr<std::string> text = ReadText(name);
    if (!text.ok()) return text.status();
    absl::StatusOr<hosts::Places> read = hosts::ParseFleetFile(*text, name);
    if (!read.ok()) return read.status();
    places.merge(*std::move(read));
  }
  for (const auto& [host, ssh] : line.hosts) places[host] = {.ssh = ssh};
  for (const auto& [host, agent] : line.agents) places[host] = {.agent = agent};
  for (auto& [host, place] : places) {
    if (!place.agent.empty() && !place.tls.given()) place.tls = line.tls;
  }
  return places;
}

absl::StatusOr<hosts::Places> NamedPlaces(const CommandLine& line) {
  absl::StatusOr<hosts::Places> places = ReadPlaces(line.files, line);
  if (!places.ok() || !places->empty()) return places;
  return absl::InvalidArgumentError(
      "no host is named; a fleet file names them, or --host juliet='ssh …'");
}

std::vector<std::string> NamesOf(const hosts::Places& places) {
  std::vector<std::string> names;
  for (const auto& [name, place] : places) names.push_back(name);
  return names;
}

}  // namespace balcony::cli
