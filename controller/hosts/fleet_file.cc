#include "controller/hosts/fleet_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "controller/script/address.h"
#include "controller/script/source.h"

namespace balcony::hosts {
namespace {

constexpr size_t kMostBytes = 1 << 20;

class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  absl::StatusOr<Places> Read(const YAML::Node& root) const {
    if (absl::Status known = OnlyHas(root, {"hosts"}, "a fleet file"); !known.ok()) return known;
    const YAML::Node hosts = root["hosts"];
    if (!hosts.IsMap() || hosts.size() == 0) {
      return Wrong(root, "it has no hosts; a line each is wanted: hosts: {juliet: {ssh: ssh …}}");
    }
    Places places;
    for (const auto& host : hosts) {
      absl::StatusOr<Place> place = ReadPlace(host.second);
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
  absl::StatusOr<Place> ReadPlace(const YAML::Node& node) const {
    if (absl::Status known = OnlyHas(node, {"ssh", "data"}, "a host"); !known.ok()) return known;
    if (!node["ssh"]) return Wrong(node, "it does not say how the host is reached: ssh: ssh …");
    Place place{node["ssh"].as<std::string>(), ""};
    if (!node["data"]) return place;
    place.data = node["data"].as<std::string>();
    const std::vector<std::string> parts = absl::StrSplit(place.data, absl::MaxSplits('/', 1));
    if (!script::AddressBytes(parts[0])) {
      return Wrong(node["data"], absl::StrCat(place.data,
                                              " is neither an address nor a network,"
                                              " for example 10.10.0.0/24"));
    }
    return place;
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
