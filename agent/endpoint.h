// One end of a conversation, between the contract's text and the kernel's sockaddr.
// Units:  ports are in host order on the outside, in network order only within.
// Errors: text that is no address is kInvalidArgument and names the field.
// Source: ip(7), ipv6(7), inet_pton(3), RFC 4007 for the "%eth0" behind a link-local address.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "balcony/v1/outcome.pb.h"

namespace balcony::agent {

// A value. Unknown until parsed or filled by the kernel.
class Address {
 public:
  Address() = default;
  explicit Address(const sockaddr_in& v4) : size_(sizeof v4) { address_.v4 = v4; }
  explicit Address(const sockaddr_in6& v6) : size_(sizeof v6) { address_.v6 = v6; }

  bool known() const { return size_ > 0; }
  int family() const { return address_.any.sa_family; }
  uint16_t port() const;
  uint32_t scope() const;

  const sockaddr* get() const { return &address_.any; }
  socklen_t size() const { return size_; }

  // For the kernel to fill: room for the address, and its size before and after.
  sockaddr* room() { return &address_.any; }
  socklen_t* room_size();

  // Four or sixteen bytes in network order.
  const void* bytes() const;
  size_t bytes_size() const;

  // Equal in family, address and port; the scope is left out because the kernel's observations
  // leave it out.
  friend bool operator==(const Address& a, const Address& b);
  // By family, then address, then port.
  friend bool operator<(const Address& a, const Address& b);

 private:
  union {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
  } address_ = {};
  socklen_t size_ = 0;
};

// Four or sixteen bytes in network order, and a port in host order. REQUIRES: family is AF_INET or
// AF_INET6.
Address AddressFrom(int family, const void* bytes, uint16_t port);

// `field` is the endpoint's name in its request, for the message.
absl::StatusOr<Address> ParseEndpoint(const std::string& field, const v1::Endpoint& endpoint);

// REQUIRES: address.known().
void PrintEndpoint(const Address& address, v1::Endpoint* endpoint);
// The address alone.
std::string PrintAddress(const Address& address);

}  // namespace balcony::agent
