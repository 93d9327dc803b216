// Addresses as tests write them.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "agent/endpoint.h"

namespace balcony::agent {

// Calls to any address. $0 is the socket, $1 the address, $2 its port.
constexpr char kBindTo[] = "bind { socket: '$0' address { address: '$1' port: $2 } }";
constexpr char kConnectTo[] = "connect { socket: '$0' address { address: '$1' port: $2 } }";
constexpr char kSendTo[] =
    "sendto { socket: '$0' address { address: '$1' port: $2 } data { unit: '$3' } }";

inline Address At(const std::string& address, uint32_t port) {
  v1::Endpoint endpoint;
  endpoint.set_address(address);
  endpoint.set_port(port);
  const auto parsed = ParseEndpoint("address", endpoint);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed.value_or(Address());
}

}  // namespace balcony::agent
