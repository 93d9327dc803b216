#include "controller/inventory/slice.h"

#include <yaml-cpp/yaml.h>

#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "controller/inventory/login_line.h"
#include "controller/inventory/yaml_text.h"
#include "controller/script/address.h"

namespace balcony::inventory {
namespace {

constexpr char kPortalsFolder[] = "/home/fabric/work/";

using Record = std::map<std::string, std::string>;  // by toDict()'s keys

Record RecordOf(const YAML::Node& node) {
  Record record;
  if (!node.IsMap()) return record;
  for (const auto& field : node) {
    if (!field.first.IsScalar() || !field.second.IsScalar()) continue;
    const std::string key = absl::StrReplaceAll(field.first.Scalar(), {{" ", "_"}});
    const std::string value(Trimmed(field.second.Scalar()));
    if (value != "None") record[absl::AsciiStrToLower(key)] = value;
  }
  return record;
}

class SliceReader {
 public:
  explicit SliceReader(const Document& document) : document_(document) {}

  absl::StatusOr<Reading> Read(const YAML::Node& root) {
    if (root.IsMap() && root["_meta"].IsDefined()) {
      return WrongAt(document_, 1,
                     "this is an Ansible inventory as JSON; ansible-inventory --list --yaml prints"
                     " one that is read");
    }
    YAML::Node nodes = root;
    if (root.IsMap()) {
      if (!root["nodes"].IsDefined()) {
        return WrongAt(document_, 1,
                       "it is JSON, and has no \"nodes\"; of FABRIC the nodes' and interfaces'"
                       " toDict() are read");
      }
      nodes.reset(root["nodes"]);
      ReadInterfaces(root["interfaces"]);
    }
    reading_.kind = "a FABRIC slice";
    if (!nodes.IsSequence()) return WrongAt(document_, LineOf(nodes), "nodes is not a list");
    for (const auto& node : nodes) {
      if (absl::Status read = ReadNode(node); !read.ok()) return read;
      if (reading_.hosts.size() > document_.most_hosts)
        return TooManyHosts(document_, LineOf(node));
    }
    return std::move(reading_);
  }

 private:
  void ReadInterfaces(const YAML::Node& interfaces) {
    if (!interfaces.IsDefined() || !interfaces.IsSequence()) return;
    for (const auto& interface : interfaces) {
      const Record record = RecordOf(interface);
      const auto node = record.find("node");
      const auto address = record.find("ip_addr");
      if (node == record.end() || address == record.end()) continue;
      const std::string alone = address->second.substr(0, address->second.find('/'));
      if (!script::AddressBytes(alone)) continue;
      data_[node->second].push_back(alone);
    }
  }

  absl::Status ReadNode(const YAML::Node& node) {
    const int line = LineOf(node);
    Record record = RecordOf(node);
    Found found = {.named = record["name"], .line = line};
    if (found.named.empty()) return WrongAt(document_, line, "a node has no \"name\"");
    absl::StatusOr<Printed> printed = ReadPrinted(record["ssh_command"]);
    if (!printed.ok()) {
      if (!record["ssh_command"].empty()) {
        found.remarks.push_back(absl::StrCat("its ssh_command is not taken: ",
                                             std::string(printed.status().message())));
      }
      if (record["management_ip"].empty()) {
        reading_.omitted.push_back(
            {found.named, record["state"].empty()
                              ? "has neither ssh_command nor management_ip"
                              : absl::StrCat("has no address; its state is ", record["state"])});
        return absl::OkStatus();
      }
      const absl::StatusOr<std::string> guess = Guess(record);
      if (!guess.ok()) {
        return WrongAt(
            document_, line,
            absl::StrCat(Shown(found.named), ": ", std::string(guess.status().message())));
      }
      printed = Printed{*guess, "", ""};
      found.remarks.emplace_back(
          "its ssh line is a guess, without FABRIC's ssh_config (-F), which knows the way through"
          " the bastion");
    } else if (!printed->note.empty()) {
      found.remarks.push_back(absl::StrCat("its ssh_command says ", printed->note));
    }
    found.place.ssh = printed->line;
    if (const auto data = data_.find(found.named); data != data_.end()) {
      found.place.data = data->second;
    }
    if (reading_.remarks.empty() && found.place.ssh.find(kPortalsFolder) != std::string::npos) {
      reading_.remarks.push_back(absl::StrCat("keys and configuration are in ", kPortalsFolder,
                                              ", as in FABRIC's JupyterHub; put in where they"
                                              " are here"));
    }
    reading_.hosts.push_back(std::move(found));
    return absl::OkStatus();
  }

  static absl::StatusOr<std::string> Guess(Record& record) {
    return LineFor({.user = record["username"],
                    .host = record["management_ip"],
                    .key = record["private_ssh_key_file"]});
  }

  const Document& document_;
  std::map<std::string, std::vector<std::string>> data_;  // by node
  Reading reading_;
};

}  // namespace

absl::StatusOr<Reading> ReadSlice(const Document& document) {
  return WithYaml(document,
                  [&](const YAML::Node& root) { return SliceReader(document).Read(root); });
}

}  // namespace balcony::inventory
