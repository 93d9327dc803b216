#include "agent/endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <cstring>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

int Compare(const Address& a, const Address& b) {
  if (a.family() != b.family()) return a.family() < b.family() ? -1 : 1;
  return std::memcmp(a.bytes(), b.bytes(), a.bytes_size());
}

// "eth0" or "2".
uint32_t ParseScope(const std::string& text) {
  uint32_t index = if_nametoindex(text.c_str());
  if (index == 0 && !absl::SimpleAtoi(text, &index)) return 0;
  return index;
}

std::string PrintScope(uint32_t index) {
  char name[IF_NAMESIZE] = {};
  if (if_indextoname(index, name) == nullptr) return absl::StrCat(index);
  return name;
}

}  // namespace

uint16_t Address::port() const {
  // sin_port and sin6_port lie at the same place.
  return ntohs(family() == AF_INET6 ? address_.v6.sin6_port : address_.v4.sin_port);
}

uint32_t Address::scope() const { return family() == AF_INET6 ? address_.v6.sin6_scope_id : 0; }

socklen_t* Address::room_size() {
  size_ = sizeof address_;
  return &size_;
}

const void* Address::bytes() const {
  if (family() == AF_INET6) return &address_.v6.sin6_addr;
  return &address_.v4.sin_addr;
}

size_t Address::bytes_size() const {
  return family() == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr);
}

bool operator==(const Address& a, const Address& b) {
  return a.known() && b.known() && Compare(a, b) == 0 && a.port() == b.port();
}

bool operator<(const Address& a, const Address& b) {
  const int order = Compare(a, b);
  return order != 0 ? order < 0 : a.port() < b.port();
}

Address AddressFrom(int family, const void* bytes, uint16_t port) {
  if (family == AF_INET6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, bytes, sizeof v6.sin6_addr);
    return Address(v6);
  }
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  std::memcpy(&v4.sin_addr, bytes, sizeof v4.sin_addr);
  return Address(v4);
}

absl::StatusOr<Address> ParseEndpoint(const std::string& field, const v1::Endpoint& endpoint) {
  if (endpoint.port() > 65535) {
    return InvalidArgument(absl::StrCat(field, ".port"),
                           absl::StrCat("port ", endpoint.port(), " is above 65535"));
  }
  const std::string part = absl::StrCat(field, ".address");
  const auto no_address = [&] {
    return InvalidArgument(part, absl::StrCat(Quoted(endpoint.address()),
                                              " is not an IPv4 or IPv6 address; names are "
                                              "resolved by the client"));
  };
  // What stands behind a zero byte is nothing to inet_pton(3).
  if (endpoint.address().find('\0') != std::string::npos) return no_address();
  const auto port = htons(static_cast<uint16_t>(endpoint.port()));
  sockaddr_in v4{};
  if (inet_pton(AF_INET, endpoint.address().c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = port;
    return Address(v4);
  }
  const auto percent = endpoint.address().find('%');
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET6, endpoint.address().substr(0, percent).c_str(), &v6.sin6_addr) != 1) {
    return no_address();
  }
  if (percent != std::string::npos) {
    const std::string scope = endpoint.address().substr(percent + 1);
    v6.sin6_scope_id = ParseScope(scope);
    if (v6.sin6_scope_id == 0) {
      return InvalidArgument(part, absl::StrCat("no interface ", Quoted(scope), " on this host"));
    }
  }
  v6.sin6_family = AF_INET6;
  v6.sin6_port = port;
  return Address(v6);
}

void PrintEndpoint(const Address& address, v1::Endpoint* endpoint) {
  endpoint->set_address(PrintAddress(address));
  endpoint->set_port(address.port());
}

std::string PrintAddress(const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.family(), address.bytes(), text, sizeof text);
  const uint32_t scope = address.scope();
  return scope != 0 ? absl::StrCat(text, "%", PrintScope(scope)) : text;
}

}  // namespace balcony::agent
