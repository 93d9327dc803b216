// Any bytes at all are read as inventories, in whatever form they happen to be, without a crash, a
// hang or a leak; what is made of them is a fleet file that says the same.
// A zero byte stands between one document and the next.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "controller/hosts/ssh_line.h"
#include "controller/inventory/inventory.h"
#include "controller/inventory/naming.h"
#include "controller/script/address.h"

namespace {

constexpr size_t kMostHosts = 20;  // ranges make many of few bytes, which takes time

namespace hosts = balcony::hosts;
namespace inventory = balcony::inventory;

void Demand(bool holds) {
  if (!holds) __builtin_trap();
}

void CheckPrintable(absl::string_view text) {
  for (const char c : text) Demand(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

void CheckMessage(const absl::Status& status) {
  Demand(status.code() == absl::StatusCode::kInvalidArgument);
  Demand(absl::StartsWith(status.message(), "fuzz:"));
  CheckPrintable(status.message());
}

void CheckFleet(const inventory::Inventory& read) {
  Demand(!read.hosts.empty());
  for (const std::string& remark : read.remarks) CheckPrintable(remark);
  const std::string text = inventory::FleetFileText(read);
  Demand(inventory::IsFleetFile(text));
  const absl::StatusOr<hosts::Places> places = hosts::ParseFleetFile(text, "fleet");
  Demand(places.ok() && places->size() == read.hosts.size());
  for (const inventory::Entry& host : read.hosts) {
    Demand(inventory::IsHostName(host.name));
    for (const std::string& remark : host.remarks) CheckPrintable(remark);
    Demand(hosts::ParseSshLine(host.place.ssh, "/home/alice").ok());
    const auto again = places->find(host.name);
    Demand(again != places->end());
    Demand(again->second.ssh == host.place.ssh && again->second.data == host.place.data);
    for (const std::string& address : host.place.data) {
      Demand(balcony::script::AddressBytes(address).has_value());
    }
  }
}

}  // namespace

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<inventory::Document> documents;
  for (std::string text : std::vector<std::string>(
           absl::StrSplit(std::string(data, data + size), absl::ByChar('\0')))) {
    documents.push_back({"fuzz", std::move(text), kMostHosts});
  }
  const auto read = inventory::ReadInventory(documents, {"", "alice"});
  if (read.ok()) {
    CheckFleet(*read);
  } else {
    CheckMessage(read.status());
  }
  return 0;
}
