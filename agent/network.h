// The addresses that share a prefix. A value.
// Shapes: an IPv4 address that is written v4-mapped (::ffff:10.0.0.1) is the IPv4 address, in and
//         outside of a network; a scope ("%eth0") counts for nothing and is not printed.
// Errors: text that is no network is kInvalidArgument and says what is wrong with it.
// Source: RFC 4632 section 3.1, RFC 4291 sections 2.3 and 2.5.5.2.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/endpoint.h"

namespace balcony::agent {

// An IPv4 address where it is a v4-mapped one; the address itself otherwise.
Address Unmapped(const Address& address);

// Whether it is 0.0.0.0 or ::.
bool IsWildcard(const Address& address);

// The wildcard of a family, AF_INET or AF_INET6.
Address Wildcard(int family, uint16_t port);

// The same address, and scope, at another port.
Address WithPort(const Address& address, uint16_t port);

// "10.0.0.1:4000", "[2001:db8::1]:4000"; without a port if that is 0. REQUIRES: address.known().
std::string Text(const Address& address);

class Network {
 public:
  // "10.10.0.0/16", "10.10.0.1", "2001:db8::/32"; no brackets.
  static absl::StatusOr<Network> Parse(absl::string_view text);

  bool Contains(const Address& address) const;
  bool is_one_address() const { return bits_ == address_.bytes_size() * 8; }

 private:
  Network(const Address& address, size_t bits) : address_(address), bits_(bits) {}

  Address address_;
  size_t bits_;
};

}  // namespace balcony::agent
