#include "controller/inventory/manifest.h"

#include <algorithm>
#include <pugixml.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/inventory/login_line.h"
#include "controller/script/address.h"

namespace balcony::inventory {
namespace {

using Nodes = std::vector<pugi::xml_node>;

constexpr int kMostDepth = 64;
constexpr int kMostAttributes = 100;  // of an element: each name with a prefix looks through them
constexpr std::string_view kNamespaces[] = {"http://www.geni.net/resources/rspec/3",
                                            "http://www.protogeni.net/resources/rspec/2"};
constexpr std::string_view kSwitches[] = {"dell-s", "dell-z", "mlnx-sn"};  // hardware types

std::string_view Text(const pugi::xml_node& node, const char* attribute) {
  return Trimmed(node.attribute(attribute).value());
}

std::string_view LocalName(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') + 1);  // npos + 1 is 0
}

std::string_view NamespaceOf(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  const std::string declaration = colon == std::string_view::npos
                                      ? "xmlns"
                                      : absl::StrCat("xmlns:", std::string(name.substr(0, colon)));
  for (pugi::xml_node at = node; at; at = at.parent()) {
    const pugi::xml_attribute said = at.attribute(declaration.c_str());
    if (said) return said.value();
  }
  return "";
}

bool IsRspecs(const pugi::xml_node& node, std::string_view name) {
  if (LocalName(node) != name) return false;
  const std::string_view space = NamespaceOf(node);
  return std::find(std::begin(kNamespaces), std::end(kNamespaces), space) != std::end(kNamespaces);
}

Nodes Children(const pugi::xml_node& node, std::string_view name) {
  Nodes children;
  for (const pugi::xml_node& child : node.children()) {
    if (IsRspecs(child, name)) children.push_back(child);
  }
  return children;
}

Nodes Grandchildren(const pugi::xml_node& node, std::string_view name, std::string_view grand) {
  Nodes found;
  for (const pugi::xml_node& child : Children(node, name)) {
    const Nodes more = Children(child, grand);
    found.insert(found.end(), more.begin(), more.end());
  }
  return found;
}

// What a stranger's document could ask too much of us with; stops where `node` is.
struct Hostile : pugi::xml_tree_walker {
  bool for_each(pugi::xml_node& found) override {
    node = found;
    const auto attributes = found.attributes();
    if (found.type() == pugi::node_doctype) {
      why = "it has a DOCTYPE, which no manifest has; take it out";
    } else if (depth() > kMostDepth) {
      why = "its elements are in each other too deep";
    } else if (std::distance(attributes.begin(), attributes.end()) > kMostAttributes) {
      why = absl::StrCat("an element has over ", kMostAttributes, " attributes");
    }
    return why.empty();
  }

  std::string why;
  pugi::xml_node node;
};

// Whether something of it is there; of an aggregate on the way it may be links alone.
bool HasSlivers(const pugi::xml_node& rspec) {
  const auto children = rspec.children();
  return std::any_of(children.begin(), children.end(), [](const pugi::xml_node& child) {
    return !child.attribute("sliver_id").empty();
  });
}

bool IsSwitch(const pugi::xml_node& node) {
  for (const pugi::xml_node& child : node.children()) {
    const std::string_view kind = LocalName(child) == "vnode" ? Text(child, "hardware_type")
                                  : LocalName(child) == "hardware_type" ? Text(child, "name")
                                                                        : "";
    for (const std::string_view beginning : kSwitches) {
      if (kind.starts_with(beginning)) return true;
    }
  }
  return false;
}

class ManifestReader {
 public:
  ManifestReader(const Document& document, const Chooser& chooser)
      : document_(document), chooser_(chooser) {}

  absl::StatusOr<Reading> Read() {
    pugi::xml_document xml;
    const pugi::xml_parse_result parsed =
        xml.load_buffer(document_.text.data(), document_.text.size(),
                        pugi::parse_default | pugi::parse_doctype, pugi::encoding_utf8);
    if (!parsed) {
      return WrongAt(document_, LineAt(document_.text, static_cast<size_t>(parsed.offset)),
                     absl::StrCat("it is no whole XML: ", parsed.description()));
    }
    Hostile hostile;
    if (!xml.traverse(hostile)) return Wrong(hostile.node, hostile.why);
    return ReadAll(xml);
  }

 private:
  absl::StatusOr<Reading> ReadAll(const pugi::xml_document& xml) {
    Nodes rspecs = Children(xml, "rspec");
    for (const pugi::xml_node& root : xml.children()) {
      const Nodes wrapped = Children(root, "rspec");
      rspecs.insert(rspecs.end(), wrapped.begin(), wrapped.end());
    }
    if (rspecs.empty()) {
      return Wrong(xml.document_element(), absl::StrCat("it is XML, and no RSpec of GENI's, but <",
                                                        Shown(xml.document_element().name()), ">"));
    }
    reading_.kind = "a manifest";
    bool has_come = false;
    for (const pugi::xml_node& rspec : rspecs) {
      has_come = has_come || Text(rspec, "type") == "manifest" || HasSlivers(rspec);
      for (const pugi::xml_node& node : Children(rspec, "node")) {
        has_come = has_come || !Logins(node).empty();
        if (absl::Status read = ReadNode(node); !read.ok()) return read;
        if (reading_.hosts.size() > document_.most_hosts) {
          return TooManyHosts(document_, LineOf(node));
        }
      }
    }
    if (!has_come) {
      return Wrong(rspecs.front(),
                   "this is a request, which says what was asked for and not where it is; take the"
                   " manifest: the portal's tab Manifest, or geni-get manifest on a node");
    }
    return std::move(reading_);
  }

  absl::Status ReadNode(const pugi::xml_node& node) {
    Found found;
    found.named = Text(node, "client_id");
    if (found.named.empty()) return Wrong(node, "a node has no client_id");
    const Nodes logins = Logins(node);
    if (logins.empty() || IsSwitch(node)) {
      reading_.omitted.push_back({found.named, logins.empty() ? "has no login" : "is a switch"});
      return absl::OkStatus();
    }
    const absl::StatusOr<pugi::xml_node> login = Choose(found.named, logins);
    if (!login.ok()) return login.status();
    const absl::StatusOr<std::string> line = LineFor({.user = std::string(Text(*login, "username")),
                                                      .host = std::string(Text(*login, "hostname")),
                                                      .port = std::string(Text(*login, "port"))});
    if (!line.ok()) {
      return Wrong(*login, absl::StrCat("the login of ", Shown(found.named), ": ",
                                        std::string(line.status().message())));
    }
    found.place.ssh = *line;
    found.line = LineOf(node);
    AddData(node, *login, found);
    reading_.hosts.push_back(std::move(found));
    return absl::OkStatus();
  }

  static Nodes Logins(const pugi::xml_node& node) {
    Nodes logins = Grandchildren(node, "services", "login");
    std::erase_if(logins, [](const pugi::xml_node& login) {
      return Text(login, "hostname").empty() || Text(login, "username").empty();
    });
    return logins;
  }

  absl::StatusOr<pugi::xml_node> Choose(const std::string& node, const Nodes& logins) const {
    std::vector<std::string> users;
    for (const pugi::xml_node& login : logins) {
      const std::string user(Text(login, "username"));
      if (user == (chooser_.user.empty() ? chooser_.self : chooser_.user)) return login;
      if (std::find(users.begin(), users.end(), user) == users.end()) users.push_back(user);
    }
    if (chooser_.user.empty() && users.size() == 1) return logins.front();
    const std::string listed = Listed(users);
    if (!chooser_.user.empty()) {
      return Wrong(logins.front(), absl::StrCat(Shown(node), " has no login of --user ",
                                                Shown(chooser_.user), ", but of ", listed));
    }
    return Wrong(logins.front(), absl::StrCat(Shown(node), " has logins of ", listed,
                                              "; say --user NAME with yours"));
  }

  static std::string Listed(std::vector<std::string> users) {
    constexpr size_t kMostListed = 40;
    for (std::string& user : users) user = Shown(user);
    if (users.size() > kMostListed) {
      users.resize(kMostListed);
      users.emplace_back("…");
    }
    return absl::StrJoin(users, ", ");
  }

  static void AddData(const pugi::xml_node& node, const pugi::xml_node& login, Found& found) {
    std::set<std::string> seen = {std::string(Text(login, "hostname"))};
    for (const pugi::xml_node& host : Children(node, "host")) seen.emplace(Text(host, "ipv4"));
    for (const pugi::xml_node& ip : Grandchildren(node, "interface", "ip")) {
      const std::string address(Text(ip, "address"));
      if (address.empty() || !seen.insert(address).second) continue;
      if (script::AddressBytes(address)) {
        found.place.data.push_back(address);
      } else {
        found.remarks.push_back(absl::StrCat("its ip ", Shown(address), " is no address"));
      }
    }
  }

  int LineOf(const pugi::xml_node& node) const {
    return LineAt(document_.text, static_cast<size_t>(std::max<ptrdiff_t>(node.offset_debug(), 0)));
  }
  absl::Status Wrong(const pugi::xml_node& node, const std::string& why) const {
    return WrongAt(document_, LineOf(node), why);
  }

  const Document& document_;
  const Chooser& chooser_;
  Reading reading_;
};

}  // namespace

absl::StatusOr<Reading> ReadManifest(const Document& document, const Chooser& chooser) {
  return ManifestReader(document, chooser).Read();
}

}  // namespace balcony::inventory
