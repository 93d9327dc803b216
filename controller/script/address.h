// Internet addresses as text and as bits.
// Shapes: pure; IPv4 has 4 bytes, IPv6 has 16, in network order.
// Source: inet_pton(3); RFC 4291, RFC 5952.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace balcony::script {

bool IsIpv4(std::string_view text);
bool IsIpv6(std::string_view text);

// An address's bytes; a zone (%eth0) does not count. Nothing if it is no address.
std::optional<std::vector<uint8_t>> AddressBytes(std::string_view text);

// The canonical text of an address's bytes: 10.10.0.100, fd00::1.
std::string AddressText(const std::vector<uint8_t>& bytes);

// The address `count` after this one; nothing if there is none.
std::optional<std::vector<uint8_t>> AddressAfter(std::vector<uint8_t> bytes, uint64_t count);

// The first address of the network, and the last: all bits behind the prefix 0, or 1.
std::vector<uint8_t> NetworkOf(std::vector<uint8_t> bytes, int prefix_length);
std::vector<uint8_t> BroadcastOf(std::vector<uint8_t> bytes, int prefix_length);

// Loopback, unspecified and the like: what needs no LAN to be reached.
bool IsOwnAddress(const std::vector<uint8_t>& bytes);

}  // namespace balcony::script
