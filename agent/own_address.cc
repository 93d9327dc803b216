#include "agent/own_address.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "agent/fd.h"
#include "agent/network.h"

namespace balcony::agent {
namespace {

bool IsMulticast(const Address& address) {
  if (address.family() == AF_INET6) return *static_cast<const uint8_t*>(address.bytes()) == 0xff;
  in_addr v4{};
  std::memcpy(&v4, address.bytes(), sizeof v4);
  return IN_MULTICAST(ntohl(v4.s_addr));
}

}  // namespace

bool IsOwnAddress(const Address& address) {
  // The kernel's own table of local addresses, with those that no interface lists: 127.0.0.9.
  const Address asked = WithPort(Unmapped(address), 0);
  if (IsMulticast(asked)) return false;
  const Fd probe(socket(asked.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe.ok() || bind(probe.get(), asked.get(), asked.size()) == 0) return true;
  return errno != EADDRNOTAVAIL && errno != ENODEV;
}

}  // namespace balcony::agent
