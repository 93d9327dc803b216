#include "agent/policy.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/own_address.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr size_t kRulesTold = 3;

// Where clouds hand a host its credentials, its user data or its host agent's orders, as their
// manuals and cloud-init's datasources have it.
constexpr const char* kMetadataNetworks[] = {
    "169.254.169.254",     // most
    "169.254.169.253",     // Amazon: the resolver
    "169.254.170.2",       // Amazon: ECS tasks
    "169.254.170.23",      // Amazon: EKS pods
    "fd00:ec2::/32",       // Amazon: all of these
    "fd20:ce::254",        // Google
    "168.63.129.16",       // Azure: WireServer
    "192.0.0.192",         // Oracle, classic
    "fd00:c1::a9fe:a9fe",  // Oracle
    "100.100.100.200",     // Alibaba
    "fd00:100::100:200",   // Alibaba
    "169.254.0.23",        // Tencent
    "169.254.10.10",       // Tencent
    "169.254.42.42",       // Scaleway
    "fd00:42::42",         // Scaleway
    "fd00:a9fe:a9fe::1",   // Akamai
    "fe80::a9fe:a9fe",     // Akamai, OpenStack
};

// IPv6 addresses that have an IPv4 one in them, which a translator or a tunnel takes out again.
struct Embedding {
  const char* network;
  size_t at;  // the byte where it begins
};
constexpr Embedding kEmbeddings[] = {
    {"::/96", 12},            // IPv4-compatible, RFC 4291 section 2.5.5.1
    {"::ffff:0:0:0/96", 12},  // IPv4-translated, RFC 7915
    {"64:ff9b::/96", 12},     // NAT64, RFC 6052
    {"64:ff9b:1::/48", 12},   // NAT64 of one's own, RFC 8215, as a /96 in it
    {"2002::/16", 2},         // 6to4, RFC 3056
};

bool IsMetadataItself(const Address& address) {
  static const auto networks = [] {
    std::vector<Network> parsed;
    for (const char* text : kMetadataNetworks) parsed.push_back(*Network::Parse(text));
    return parsed;
  }();
  return std::any_of(networks.begin(), networks.end(),
                     [&](const Network& network) { return network.Contains(address); });
}

bool IsMetadata(const Address& address) {
  if (IsMetadataItself(address)) return true;
  if (address.family() != AF_INET6) return false;
  static const auto embeddings = [] {
    std::vector<std::pair<Network, size_t>> parsed;
    for (const auto& [network, at] : kEmbeddings) parsed.emplace_back(*Network::Parse(network), at);
    return parsed;
  }();
  return std::any_of(embeddings.begin(), embeddings.end(), [&](const auto& embedding) {
    if (!embedding.first.Contains(address)) return false;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, static_cast<const uint8_t*>(address.bytes()) + embedding.second,
                sizeof v4.sin_addr);
    return IsMetadataItself(Address(v4));
  });
}

absl::Status Denied(absl::string_view message) {
  return Refusal(absl::StatusCode::kPermissionDenied, "address", message);
}

// "connect to 10.0.0.5:80". Raw packets and ping name no port, and port 0 is one to be chosen.
std::string Deed(Verb verb, const Address& address, Ports ports) {
  const bool named = ports == Ports::kOne && address.port() != 0;
  return absl::StrCat(VerbName(verb), " to ", Text(named ? address : WithPort(address, 0)),
                      named ? "" : ", at any port,");
}

}  // namespace

absl::Status Policy::Allow(const std::string& rule) {
  absl::StatusOr<Rule> parsed = Rule::Parse(rule);
  if (!parsed.ok()) return parsed.status();
  rules_.push_back(*std::move(parsed));
  return absl::OkStatus();
}

absl::Status Policy::Check(Verb verb, const Address& address, Ports ports) const {
  const Address plain = Unmapped(address);
  absl::Status status = CheckMetadata(verb, plain, ports);
  if (status.ok()) status = CheckControl(verb, plain, ports);
  if (!status.ok() || rules_.empty()) return status;
  for (const Rule& rule : rules_) {
    if (rule.Allows(verb, plain, ports)) return absl::OkStatus();
  }
  const Address named = ports == Ports::kOne ? plain : WithPort(plain, 0);
  return Denied(absl::StrCat(Deed(verb, plain, ports), " is outside of ", Rules(),
                             "; it takes --allow ", VerbName(verb), "=", Text(named)));
}

absl::Status Policy::CheckMetadata(Verb verb, const Address& address, Ports ports) const {
  if (!IsMetadata(address)) return absl::OkStatus();
  for (const Rule& rule : rules_) {
    if (rule.NamesAddress(verb, address)) return absl::OkStatus();
  }
  return Denied(absl::StrCat(
      Deed(verb, address, ports),
      " is denied, as clouds keep a host's metadata there; it takes --allow ", VerbName(verb), "=",
      Text(WithPort(address, 0)), ", for this very address, beside rules for all else"));
}

absl::Status Policy::CheckControl(Verb verb, const Address& address, Ports ports) const {
  if (control_port_ == 0 || verb == Verb::kBind || ports == Ports::kNone) return absl::OkStatus();
  if (ports == Ports::kOne && address.port() != control_port_) return absl::OkStatus();
  for (const Rule& rule : rules_) {
    if (rule.NamesPort(verb, address, control_port_)) return absl::OkStatus();
  }
  if (!IsOwnAddress(address)) return absl::OkStatus();
  return Denied(absl::StrCat(Deed(verb, address, ports),
                             " may reach the agent's own control port; it takes --allow ",
                             VerbName(verb), "=", Text(WithPort(address, 0)), ":", control_port_,
                             ", for this very port, beside rules for all else"));
}

absl::Status Policy::CheckOwnHeader(const Address& destination) const {
  return CheckMetadata(Verb::kSend, Unmapped(destination), Ports::kAny);
}

std::string Policy::Rules() const {
  std::vector<std::string> texts;
  for (const Rule& rule : rules_) {
    if (texts.size() == kRulesTold) break;
    texts.push_back(absl::StrCat("--allow ", rule.text()));
  }
  std::string told = absl::StrJoin(texts, ", ");
  if (rules_.size() > kRulesTold) {
    absl::StrAppend(&told, " and ", rules_.size() - kRulesTold, " more");
  }
  return told;
}

}  // namespace balcony::agent
