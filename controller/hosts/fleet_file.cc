#include "controller/hosts/fleet_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/script/lan.h"
#include "controller/script/source.h"

namespace balcony::hosts {
namespace {

constexpr size_t kMostBytes = 1 << 20;

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  absl::StatusOr<Places> Read(const YAML::Node& root) const {
    if (absl::Status known = OnlyHas(root, {"hosts", "tls"}, "a fleet file"); !known.ok()) {
      return known;
    }
    const YAML::Node hosts = root["hosts"];
    if (!hosts.IsMap() || hosts.size() == 0) {
      return Wrong(root, "it has no hosts; a line each is wanted: hosts: {juliet: {ssh: ssh …}}");
    }
    absl::StatusOr<fleet::Tls> tls = ReadTls(root["tls"]);
    if (!tls.ok()) return tls.status();
    Places places;
    for (const auto& host : hosts) {
      absl::StatusOr<Place> place = ReadPlace(host.second, *tls);
      if (!place.ok()) return place.status();
      if (!places.emplace(host.first.as<std::string>(), *std::move(place)).second) {
        return Wrong(host.first, absl::StrCat(host.first.as<std::string>(), " is there twice"));
      }
    }
    return places;
  }

  absl::Status Wrong(const YAML::Mark& mark, const std::string& why) const {
    return absl::InvalidArgumentError(
        absl::StrCat(file_, ":", std::max(mark.line, 0) + 1, ": ", why));
  }
  absl::Status Wrong(const YAML::Node& node, const std::string& why) const {
    return Wrong(node.Mark(), why);
  }

 private:
  absl::StatusOr<Place> ReadPlace(const YAML::Node& node, const fleet::Tls& tls) const {
    const absl::Status known = OnlyHas(node, {"ssh", "agent", "data", "tls", "sudo"}, "a host");
    if (!known.ok()) return known;
    Place place;
    if (node["ssh"]) place.ssh = node["ssh"].as<std::string>();
    if (node["agent"]) place.agent = node["agent"].as<std::string>();
    if (place.ssh.empty() == place.agent.empty()) {
      return Wrong(node, place.ssh.empty()
                             ? "it does not say how the host is reached: ssh: ssh …, or agent:"
                               " ADDRESS:PORT or a command"
                             : "ssh and agent: one of them says how the host is reached");
    }
    if (!place.ssh.empty() && node["tls"]) {
      return Wrong(node["tls"], "tls is for an agent that is dialled, and here ssh leads to it");
    }
    if (node["sudo"]) place.sudo = node["sudo"].as<bool>();
    if (place.sudo && place.ssh.empty()) {
      return Wrong(node["sudo"], "sudo is for an agent that ssh starts, and this one is there");
    }
    absl::StatusOr<fleet::Tls> own = ReadTls(node["tls"]);
    if (!own.ok()) return own.status();
    place.tls = own->given() ? *std::move(own) : tls;
    const absl::Status data = ReadData(node["data"], place.data);
    if (!data.ok()) return data;
    return place;
  }

  // A network or an address, or a list of them.
  absl::Status ReadData(const YAML::Node& node, std::vector<std::string>& data) const {
    if (!node) return absl::OkStatus();
    if (node.IsSequence()) {
      for (const auto& one : node) data.push_back(one.as<std::string>());
    } else {
      data.push_back(node.as<std::string>());
    }
    for (const std::string& one : data) {
      if (script::ParseNetwork(one)) continue;
      return Wrong(node, absl::StrCat(one,
                                      " is neither an address nor a network, for example"
                                      " 10.10.0.0/24"));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<fleet::Tls> ReadTls(const YAML::Node& node) const {
    fleet::Tls tls;
    if (!node) return tls;
    if (node.IsScalar()) {
      tls.folder = FromHere(node.as<std::string>());
      return tls;
    }
    const absl::Status known = OnlyHas(node, {"folder", "token_file", "name"}, "tls");
    if (!known.ok()) return known;
    if (!node["folder"]) return Wrong(node, "tls has a folder, as balcony certs makes it");
    tls.folder = FromHere(node["folder"].as<std::string>());
    if (node["token_file"]) tls.token_file = FromHere(node["token_file"].as<std::string>());
    if (node["name"]) tls.name = node["name"].as<std::string>();
    return tls;
  }

  // A path of the file's.
  std::string FromHere(const std::string& path) const {
    return (std::filesystem::path(file_).parent_path() / path).string();
  }

  absl::Status OnlyHas(const YAML::Node& node, const std::vector<std::string>& known,
                       const std::string& what) const {
    if (!node.IsMap()) {
      return Wrong(node, absl::StrCat(what, " is a mapping with ", absl::StrJoin(known, ", ")));
    }
    for (const auto& entry : node) {
      const auto key = entry.first.as<std::string>();
      if (std::find(known.begin(), known.end(), key) != known.end()) continue;
      const std::string nearest = script::Nearest(key, known);
      return Wrong(
          entry.first,
          absl::StrCat(what, " has no ", key, "; ",
                       nearest.empty() ? absl::StrCat("it has ", absl::StrJoin(known, ", "))
                                       : absl::StrCat("did you mean ", nearest, "?")));
    }
    return absl::OkStatus();
  }

  const std::string file_;
};

}  // namespace

absl::StatusOr<Places> ParseFleetFile(const std::string& text, const std::string& file) {
  const Reader reader(file);
  if (text.size() > kMostBytes) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": it is over a mebibyte"));
  }
  try {
    return reader.Read(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    return reader.Wrong(error.mark, error.msg);
  }
}

}  // namespace balcony::hosts
