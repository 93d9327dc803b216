// The interfaces of the agent's network namespace.
// Thread: any.
// Errors: 0, or errno(3).
// Source: getifaddrs(3), netdevice(7), rtnetlink(7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "balcony/v1/host.pb.h"

namespace balcony::agent {

// What shall become of an interface; what is not given stays.
struct InterfaceChange {
  std::string name;
  std::optional<bool> up;
  std::optional<uint32_t> mtu_bytes;
};

// Adds all, by index.
int ListInterfaces(google::protobuf::RepeatedPtrField<v1::Interface>* interfaces);

int SetInterface(const InterfaceChange& change);

// An interface's index, or 0 and the errno of if_nametoindex(3).
uint32_t InterfaceIndex(const std::string& name, int& answer);

// "02:00:00:00:00:01" of six bytes; empty of none.
std::string PrintLinkAddress(std::string_view bytes);

}  // namespace balcony::agent
