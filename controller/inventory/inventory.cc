#include "controller/inventory/inventory.h"

#include <map>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/inventory/ansible_ini.h"
#include "controller/inventory/ansible_yaml.h"
#include "controller/inventory/kind.h"
#include "controller/inventory/manifest.h"
#include "controller/inventory/naming.h"
#include "controller/inventory/slice.h"
#include "controller/inventory/ssh_lines.h"
#include "controller/inventory/yaml_text.h"

namespace balcony::inventory {
namespace {

absl::StatusOr<Reading> ReadOne(Document document, const Chooser& chooser) {
  document.text.erase(0, BeginsAt(document.text));
  if (absl::Status text = CheckText(document); !text.ok()) return text;
  switch (KindOf(document.text)) {
    case Kind::kEmpty:
      return WrongAt(document, 1, "it is empty");
    case Kind::kFleet:
      return WrongAt(document, 1, "this is a fleet file, and taken as it is: --fleet FILE");
    case Kind::kVault:
      return WrongAt(document, 1,
                     "it is encrypted; ansible-vault view prints what can be read here");
    case Kind::kXml:
      return ReadManifest(document, chooser);
    case Kind::kJson:
      return ReadSlice(document);
    case Kind::kSshLines:
      return ReadSshLines(document);
    case Kind::kAnsibleYaml:
      return ReadAnsibleYaml(document, chooser);
    case Kind::kAnsibleIni:
      return ReadAnsibleIni(document, chooser);
  }
  return absl::InternalError("no such kind of inventory");
}

// Gives all hosts names of their own.
class Namer {
 public:
  absl::Status Add(const Document& document, Reading& reading) {
    for (Found& found : reading.hosts) {
      const std::optional<std::string> name = NameFor(found);
      for (std::string& remark : found.remarks) remark = Printable(remark);
      if (!found.named.empty() && name != found.named) {
        found.remarks.push_back(absl::StrCat("it is called ", Shown(found.named), " there"));
      }
      if (name) {
        const auto [at, is_new] = taken_.emplace(*name, Place{&document, found.line, found.named});
        if (!is_new) return Clash(*name, at->second, {&document, found.line, found.named});
      }
      hosts_.push_back({name.value_or(""), std::move(found.place), std::move(found.remarks)});
    }
    return absl::OkStatus();
  }

  std::vector<Entry> Take() {
    int number = 0;
    for (Entry& host : hosts_) {
      while (host.name.empty()) {
        std::string name = absl::StrCat("host", ++number);
        if (taken_.emplace(name, Place{}).second) host.name = std::move(name);
      }
    }
    return std::move(hosts_);
  }

  bool Has(const std::string& name) const { return taken_.contains(name); }

 private:
  struct Place {
    const Document* document = nullptr;
    int line = 0;
    std::string named;
  };

  static absl::Status Clash(const std::string& name, const Place& first, const Place& second) {
    if (first.named == second.named) {
      return WrongAt(*second.document, second.line,
                     absl::StrCat(Shown(first.named), " is in ", first.document->name, ":",
                                  first.line, " too; give one another name, or leave it out"));
    }
    return WrongAt(*second.document, second.line,
                   absl::StrCat(Shown(second.named), " would be ", name, ", and so is ",
                                Shown(first.named), " in ", first.document->name, ":", first.line,
                                "; give one another name, or leave it out"));
  }

  std::map<std::string, Place> taken_;
  std::vector<Entry> hosts_;
};

}  // namespace

bool IsFleetFile(std::string_view text) { return KindOf(text) == Kind::kFleet; }

absl::StatusOr<Inventory> ReadInventory(const std::vector<Document>& documents,
                                        const Chooser& chooser) {
  if (documents.empty()) return absl::InvalidArgumentError("there is nothing to read");
  Inventory inventory;
  std::vector<std::string> origins;
  std::vector<Omitted> omitted;
  Namer namer;
  for (const Document& document : documents) {
    absl::StatusOr<Reading> reading = ReadOne(document, chooser);
    if (!reading.ok()) return reading.status();
    if (absl::Status named = namer.Add(document, *reading); !named.ok()) return named;
    origins.push_back(absl::StrCat(document.name, ", ", reading->kind));
    omitted.insert(omitted.end(), reading->omitted.begin(), reading->omitted.end());
    for (const std::string& remark : reading->remarks) inventory.remarks.push_back(remark);
  }
  inventory.origin = absl::StrJoin(origins, "; ");
  // An aggregate's manifest has the other aggregates' nodes without their logins.
  for (const auto& [named, why] : omitted) {
    const std::optional<std::string> name = NameFor({.named = named});
    if (name && namer.Has(*name)) continue;
    inventory.remarks.push_back(absl::StrCat(Shown(named), " is left out: it ", Printable(why)));
  }
  inventory.hosts = namer.Take();
  if (!inventory.hosts.empty()) return inventory;
  constexpr size_t kMostTold = 5;
  if (inventory.remarks.size() > kMostTold) inventory.remarks.resize(kMostTold);
  return absl::InvalidArgumentError(absl::StrCat(
      documents.front().name,
      ":1: ", inventory.remarks.empty() ? "it has no hosts" : "it has no host with a login",
      inventory.remarks.empty() ? "" : absl::StrCat("; ", absl::StrJoin(inventory.remarks, "; "))));
}

std::string FleetFileText(const Inventory& inventory) {
  std::string text;
  const auto comment = [&](std::string_view indent, const std::string& remark) {
    absl::StrAppend(&text, std::string(indent), "# ", Printable(remark), "\n");
  };
  comment("", absl::StrCat("From ", inventory.origin, "."));
  for (const std::string& remark : inventory.remarks) comment("", remark);
  absl::StrAppend(&text, "hosts:\n");
  for (const Entry& host : inventory.hosts) {
    for (const std::string& remark : host.remarks) comment("  ", remark);
    absl::StrAppend(&text, "  ", YamlScalar(host.name), ": {ssh: ", YamlScalar(host.place.ssh));
    std::vector<std::string> data;
    for (const std::string& one : host.place.data) data.push_back(YamlScalar(one));
    if (data.size() == 1) absl::StrAppend(&text, ", data: ", data.front());
    if (data.size() > 1) absl::StrAppend(&text, ", data: [", absl::StrJoin(data, ", "), "]");
    absl::StrAppend(&text, "}\n");
  }
  return text;
}

}  // namespace balcony::inventory
