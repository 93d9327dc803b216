#include "controller/run/names.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace balcony::run {
namespace {

bool IsIpv6(std::string_view literal) { return literal.find(':') != std::string_view::npos; }

}  // namespace

std::string_view WithoutMapping(std::string_view literal) {
  constexpr std::string_view kMapped = "::ffff:";
  const bool mapped =
      literal.substr(0, kMapped.size()) == kMapped && literal.find('.') != std::string_view::npos;
  return mapped ? literal.substr(kMapped.size()) : literal;
}

Names::Names(std::vector<NamedHost> hosts, std::map<std::string, std::string> played)
    : hosts_(std::move(hosts)), played_(std::move(played)) {}

const NamedHost* Names::Find(const std::string& host) const {
  const auto found = std::find_if(hosts_.begin(), hosts_.end(), [&](const NamedHost& candidate) {
    return candidate.name == host;
  });
  return found == hosts_.end() ? nullptr : &*found;
}

absl::StatusOr<std::string> Names::Resolve(const std::string& host, v1::Family family,
                                           size_t self) const {
  const bool want_ipv6 = family == v1::FAMILY_INET6;
  if (host == "localhost") return want_ipv6 ? "::1" : hosts_[self].localhost;
  const NamedHost* found = Find(host);
  if (found == nullptr) return absl::NotFoundError(absl::StrCat("unknown host ", host));
  for (const std::string& address : found->addresses) {
    if (IsIpv6(address) == want_ipv6) return address;
  }
  return absl::NotFoundError(absl::StrCat(host, " has no ", want_ipv6 ? "IPv6" : "IPv4",
                                          " address for a socket of that family"));
}

std::string Names::Played(const std::string& literal) const {
  const auto found = played_.find(literal);
  return found == played_.end() ? literal : found->second;
}

bool Names::Has(const std::string& host, std::string_view address) const {
  const std::string_view plain = WithoutMapping(address);
  if (host == "localhost") return plain == "::1" || plain.substr(0, 4) == "127.";
  const NamedHost* found = Find(host);
  return found != nullptr && std::find(found->addresses.begin(), found->addresses.end(), plain) !=
                                 found->addresses.end();
}

std::string Names::Show(const std::string& address, size_t self) const {
  for (const NamedHost& host : hosts_) {
    if (std::find(host.addresses.begin(), host.addresses.end(), address) != host.addresses.end()) {
      return host.name;
    }
  }
  if (address == "::1" || address == hosts_[self].localhost) return "localhost";
  return IsIpv6(address) ? absl::StrCat("[", address, "]") : address;
}

}  // namespace balcony::run
