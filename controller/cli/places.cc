#include "controller/cli/places.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/containers/engine.h"

namespace balcony::cli {
namespace {

using Documents = std::vector<inventory::Document>;

// Standard input can be read once.
absl::StatusOr<Documents> ReadDocuments(const std::vector<std::string>& files) {
  Documents documents;
  for (const std::string& name : files) {
    std::ifstream file;
    if (name != "-") file.open(name, std::ios::binary);
    std::istream& in = name == "-" ? std::cin : file;
    std::string text(std::istreambuf_iterator<char>(in), {});
    if ((name != "-" && !file.is_open()) || in.bad()) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": it cannot be read"));
    }
    documents.push_back({name, std::move(text)});
  }
  return documents;
}

absl::StatusOr<inventory::Inventory> ReadInventory(const Documents& documents,
                                                   const CommandLine& line) {
  return inventory::ReadInventory(documents, {line.user, containers::Variable("USER")});
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

ExitCode Refuse(const absl::Status& status) {
  std::cerr << "balcony: " << status.message() << "\n";
  return absl::IsInvalidArgument(status) ? kInvalid : kNotRun;
}

absl::StatusOr<inventory::Inventory> ReadInventories(const std::vector<std::string>& files,
                                                     const CommandLine& line) {
  const absl::StatusOr<Documents> documents = ReadDocuments(files);
  if (!documents.ok()) return documents.status();
  for (const inventory::Document& document : *documents) {
    if (!inventory::IsFleetFile(document.text)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        document.name, ": it is a fleet file already; --fleet ", document.name, " takes it"));
  }
  return ReadInventory(*documents, line);
}

absl::StatusOr<hosts::Places> ReadPlaces(const std::vector<std::string>& files,
                                         const CommandLine& line) {
  absl::StatusOr<Documents> documents = ReadDocuments(files);
  if (!documents.ok()) return documents.status();
  hosts::Places places;
  Documents others;
  for (inventory::Document& document : *documents) {
    if (!inventory::IsFleetFile(document.text)) {
      others.push_back(std::move(document));
      continue;
    }
    absl::StatusOr<hosts::Places> read = hosts::ParseFleetFile(document.text, document.name);
    if (!read.ok()) return read.status();
    places.merge(*std::move(read));
  }
  if (!others.empty()) {
    absl::StatusOr<inventory::Inventory> read = ReadInventory(others, line);
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
