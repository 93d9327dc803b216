#include "agent/network.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace balcony::agent {
namespace {

constexpr size_t kByte = 8;

const uint8_t* BytesOf(const Address& address) {
  return static_cast<const uint8_t*>(address.bytes());
}

Address V4(const uint8_t* bytes, uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  std::memcpy(&v4.sin_addr, bytes, sizeof v4.sin_addr);
  return Address(v4);
}

bool IsMapped(const Address& address) {
  in6_addr v6{};
  if (address.family() != AF_INET6) return false;
  std::memcpy(&v6, address.bytes(), sizeof v6);
  return IN6_IS_ADDR_V4MAPPED(&v6);
}

// Whether the first bits of two addresses of one family are the same.
bool SamePrefix(const uint8_t* a, const uint8_t* b, size_t bits) {
  const size_t whole = bits / kByte;
  if (std::memcmp(a, b, whole) != 0) return false;
  const size_t rest = bits % kByte;
  return rest == 0 || (a[whole] ^ b[whole]) >> (kByte - rest) == 0;
}

bool AnySetBehind(const Address& address, size_t bits) {
  const uint8_t* bytes = BytesOf(address);
  for (size_t bit = bits; bit < address.bytes_size() * kByte; ++bit) {
    if ((bytes[bit / kByte] >> (kByte - 1 - bit % kByte) & 1) != 0) return true;
  }
  return false;
}

}  // namespace

Address Unmapped(const Address& address) {
  if (!IsMapped(address)) return address;
  return V4(BytesOf(address) + sizeof(in6_addr) - sizeof(in_addr), address.port());
}

bool IsWildcard(const Address& address) {
  const uint8_t* bytes = BytesOf(address);
  return std::all_of(bytes, bytes + address.bytes_size(), [](uint8_t byte) { return byte == 0; });
}

Address Wildcard(int family, uint16_t port) {
  constexpr uint8_t kZero[sizeof(in_addr)] = {};
  if (family == AF_INET) return V4(kZero, port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  return Address(v6);
}

Address WithPort(const Address& address, uint16_t port) {
  if (address.family() == AF_INET) return V4(BytesOf(address), port);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_scope_id = address.scope();
  std::memcpy(&v6.sin6_addr, address.bytes(), sizeof v6.sin6_addr);
  return Address(v6);
}

std::string Text(const Address& address) {
  v1::Endpoint endpoint;
  PrintEndpoint(address, &endpoint);
  std::string text = endpoint.address().substr(0, endpoint.address().find('%'));
  if (address.family() == AF_INET6) text = absl::StrCat("[", text, "]");
  if (address.port() != 0) absl::StrAppend(&text, ":", address.port());
  return text;
}

absl::StatusOr<Network> Network::Parse(absl::string_view text) {
  const auto slash = text.find('/');
  v1::Endpoint endpoint;
  endpoint.set_address(std::string(text.substr(0, slash)));
  const auto address = ParseEndpoint("network", endpoint);
  if (!address.ok() || absl::StrContains(endpoint.address(), '%')) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", endpoint.address(), "\" is not an IPv4 or IPv6 address"));
  }
  if (IsMapped(*address)) {
    return absl::InvalidArgumentError(
        absl::StrCat(endpoint.address(), " is an IPv4 address; write it as one"));
  }
  const size_t most = address->bytes_size() * kByte;
  auto bits = static_cast<uint32_t>(most);
  if (slash != text.npos && (!absl::SimpleAtoi(text.substr(slash + 1), &bits) || bits > most)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text.substr(slash + 1), "\" is not a prefix of 0 to ", most, " bits"));
  }
  if (AnySetBehind(*address, bits)) {
    return absl::InvalidArgumentError(
        absl::StrCat(endpoint.address(), " has bits set behind its prefix of ", bits));
  }
  return Network(*address, bits);
}

bool Network::Contains(const Address& address) const {
  const Address plain = Unmapped(address);
  return plain.family() == address_.family() &&
         SamePrefix(BytesOf(plain), BytesOf(address_), bits_);
}

}  // namespace balcony::agent
