#include "controller/script/reach.h"

#include <algorithm>
#include <cstdlib>

#include "controller/script/address.h"
#include "controller/script/outcomes.h"

namespace balcony::script {
namespace {

// Addresses that no prefix tells anything about: loopback, multicast, broadcast, link-local.
bool IsSpecial(const std::vector<uint8_t>& bytes) {
  if (IsOwnAddress(bytes) || bytes[0] == 0xFF) return true;
  if (bytes.size() == 4) return bytes[0] >= 224 || (bytes[0] == 169 && bytes[1] == 254);
  return bytes[0] == 0xFE && (bytes[1] & 0xC0) == 0x80;
}

bool IsOnLan(const std::vector<uint8_t>& bytes, const Lan& lan) {
  const size_t slash = lan.prefix.find('/');
  const auto network = AddressBytes(lan.prefix.substr(0, slash));
  const int length = std::atoi(lan.prefix.c_str() + slash + 1);
  return network && network->size() == bytes.size() && NetworkOf(bytes, length) == *network;
}

bool IsExternal(const std::string& literal, const Topology& topology) {
  for (const External& external : topology.externals) {
    for (const std::string& own : external.addresses) {
      if (AddressBytes(own) == AddressBytes(literal)) return true;
    }
  }
  return false;
}

}  // namespace

const std::string* LiteralAddress(const Arg& arg) {
  const auto* endpoint = std::get_if<Endpoint>(&arg.value->node);
  const auto* address = endpoint == nullptr ? nullptr : std::get_if<Address>(&endpoint->host);
  return address == nullptr ? nullptr : &address->literal;
}

void CheckReach(const Place& place, const Step& step) {
  const bool binds = step.call.function == "bind";
  const std::vector<std::string> errors =
      binds ? std::vector<std::string>{"EADDRNOTAVAIL"}
            : std::vector<std::string>{"ENETUNREACH",  "EHOSTUNREACH", "EADDRNOTAVAIL",
                                       "EAFNOSUPPORT", "EACCES",       "EINVAL"};
  if (step.expect && AcceptsError(*step.expect, errors)) return;
  for (const Arg& arg : step.call.args) {
    const std::string* literal = LiteralAddress(arg);
    const auto bytes = literal == nullptr ? std::nullopt : AddressBytes(*literal);
    if (!bytes || IsSpecial(*bytes)) continue;
    if (IsExternal(*literal, place.scope.topology)) continue;
    const auto& lans = place.scope.topology.lans;
    if (std::any_of(lans.begin(), lans.end(), [&](const Lan& lan) { return IsOnLan(*bytes, lan); }))
      continue;
    std::vector<std::string> prefixes;
    prefixes.reserve(lans.size());
    for (const Lan& lan : lans) prefixes.push_back(lan.prefix);
    place.findings.Report(arg.span, *literal + " is outside every LAN",
                          (prefixes.empty() ? "" : "the LANs are " + Listed(prefixes) + "; or ") +
                              "expect => " + errors[0]);
  }
}

}  // namespace balcony::script
