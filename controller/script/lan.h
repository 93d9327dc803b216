// LANs as bits, and which addresses a host may have.
// Shapes: pure.
// Source: RFC 1122 section 3.2.1.3, RFC 4291.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace balcony::script {

using Bytes = std::vector<uint8_t>;

// A LAN as bits.
struct Network {
  Bytes first;
  int length = 0;
};

// "10.10.0.0/24", or one address: "10.10.0.100"; nothing if it is neither.
std::optional<Network> ParseNetwork(std::string_view text);

bool Holds(const Network& network, const Bytes& address);

bool Overlap(const Network& a, const Network& b);

// "10.10.0.0/24"
std::string PrefixText(const Bytes& bytes, int length);

// An address no interface can have: unspecified, loopback or multicast.
bool IsNoHosts(const Bytes& bytes);

// The network's own address and, in IPv4, the one for all of its hosts.
bool IsReserved(const Bytes& bytes, const Network& network);

// What such an address is, and what may be written in its place.
std::string Instead(const Bytes& bytes, const Network& network);

// Why an external host cannot have that address, and a remedy; empty if it can. It may be one of
// this machine's loopback addresses, but not the one that every host sends from.
std::pair<std::string, std::string> WhyNotExternal(const Bytes& bytes);

}  // namespace balcony::script
