#include "controller/cli/places.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/containers/engine.h"

namespace balcony::cli {
namespace {

absl::StatusOr<std::string> ReadText(const std::string& name) {
  if (name == "-") return std::string(std::istreambuf_iterator<char>(std::cin), {});
  std::ifstream file(name, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (file.is_open() && !file.bad()) return text;
  return absl::InvalidArgumentError(absl::StrCat(name, ": it cannot be read"));
}

// What was guessed, to whoever does not see the fleet file that it is.
void TellRemarks(const inventory::Inventory& read) {
  for (const std::string& remark : read.remarks) std::cerr << "balcony: " << remark << "\n";
  for (const inventory::Entry& entry : read.hosts) {
    for (const std::string& remark : entry.remarks) {
      std::cerr << "balcony: " << entry.name << ": " << remark << "\n";
    }
  }
}

}  // namespace

absl::StatusOr<inventory::Inventory> ReadInventories(const std::vector<std::string>& files,
                                                     const CommandLine& line) {
  std::vector<inventory::Document> documents;
  for (const std::string& name : files) {
    absl::StatusOr<std::string> text = ReadText(name);
    if (!text.ok()) return text.status();
    if (inventory::IsFleetFile(*text)) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, ": it is a fleet file already; --fleet ", name, " takes it"));
    }
    documents.push_back({name, *std::move(text)});
  }
  return inventory::ReadInventory(documents, {line.user, containers::Variable("USER")});
}

absl::StatusOr<hosts::Places> ReadPlaces(const std::vector<std::string>& files,
                                         const CommandLine& line) {
  hosts::Places places;
  std::vector<std::string> others;
  for (const std::string& name : files) {
    const absl::StatusOr<std::string> text = ReadText(name);
    if (!text.ok()) return text.status();
    if (!inventory::IsFleetFile(*text)) {
      others.push_back(name);
      continue;
    }
    absl::StatusOr<hosts::Places> read = hosts::ParseFleetFile(*text, name);
    if (!read.ok()) return read.status();
    places.merge(*std::move(read));
  }
  if (!others.empty()) {
    absl::StatusOr<inventory::Inventory> read = ReadInventories(others, line);
    if (!read.ok()) return read.status();
    TellRemarks(*read);
    for (inventory::Entry& entry : read->hosts) {
      places.emplace(std::move(entry.name), std::move(entry.place));
    }
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
