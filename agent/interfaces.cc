#include "agent/interfaces.h"

#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/endpoint.h"
#include "agent/fd.h"
#include "agent/netlink.h"

namespace balcony::agent {
namespace {

uint32_t Mtu(int descriptor, const std::string& interface) {
  ifreq request{};
  interface.copy(request.ifr_name, IFNAMSIZ - 1);
  if (ioctl(descriptor, SIOCGIFMTU, &request) != 0) return 0;
  return static_cast<uint32_t>(request.ifr_mtu);
}

void AddOffloads(int descriptor, const std::string& name, v1::Interface& interface) {
  constexpr std::pair<uint32_t, const char*> kOffloads[] = {
      {ETHTOOL_GTSO, "tso"}, {ETHTOOL_GGSO, "gso"}, {ETHTOOL_GGRO, "gro"}};
  for (const auto& [command, offload] : kOffloads) {
    ethtool_value value{command, 0};
    ifreq request{};
    name.copy(request.ifr_name, IFNAMSIZ - 1);
    request.ifr_data = reinterpret_cast<char*>(&value);
    if (ioctl(descriptor, SIOCETHTOOL, &request) == 0 && value.data != 0) {
      interface.add_offloads(offload);
    }
  }
}

// The ones of a netmask.
uint32_t PrefixLength(const Address& mask) {
  const auto* bytes = static_cast<const uint8_t*>(mask.bytes());
  int ones = 0;
  for (size_t i = 0; i < mask.bytes_size(); ++i) ones += std::popcount(bytes[i]);
  return static_cast<uint32_t>(ones);
}

// Unknown for any family but IPv4 and IPv6.
Address ToAddress(const sockaddr* from) {
  if (from == nullptr || (from->sa_family != AF_INET && from->sa_family != AF_INET6)) return {};
  Address address;
  *address.room_size() = from->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  std::memcpy(address.room(), from, address.size());
  return address;
}

void AddAddress(const ifaddrs& entry, v1::Interface& interface) {
  if (entry.ifa_addr != nullptr && entry.ifa_addr->sa_family == AF_PACKET) {
    sockaddr_ll link{};
    std::memcpy(&link, entry.ifa_addr, sizeof link);
    const size_t size = std::min<size_t>(link.sll_halen, sizeof link.sll_addr);
    interface.set_link_address(
        PrintLinkAddress({reinterpret_cast<const char*>(link.sll_addr), size}));
    return;
  }
  const Address address = ToAddress(entry.ifa_addr);
  const Address mask = ToAddress(entry.ifa_netmask);
  if (!address.known()) return;
  v1::InterfaceAddress* added = interface.add_addresses();
  added->set_address(PrintAddress(address));
  if (mask.known()) added->set_prefix_length(PrefixLength(mask));
}

}  // namespace

int ListInterfaces(google::protobuf::RepeatedPtrField<v1::Interface>* interfaces) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return errno;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> list(first, freeifaddrs);
  const Fd any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  std::map<uint32_t, v1::Interface> by_index;
  for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next) {
    v1::Interface& interface = by_index[if_nametoindex(entry->ifa_name)];
    if (interface.name().empty()) {
      interface.set_name(entry->ifa_name);
      interface.set_up((entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_RUNNING) != 0);
      interface.set_mtu(Mtu(any.get(), entry->ifa_name));
      AddOffloads(any.get(), entry->ifa_name, interface);
      interface.set_broadcast((entry->ifa_flags & IFF_BROADCAST) != 0);
      interface.set_multicast((entry->ifa_flags & IFF_MULTICAST) != 0);
    }
    AddAddress(*entry, interface);
  }
  for (auto& [index, interface] : by_index) interfaces->Add()->Swap(&interface);
  return 0;
}

int SetInterface(const InterfaceChange& change) {
  int answer = 0;
  ifinfomsg head{};
  head.ifi_index = static_cast<int>(InterfaceIndex(change.name, answer));
  if (answer != 0) return answer;
  if (change.up) {
    head.ifi_change = IFF_UP;
    head.ifi_flags = *change.up ? IFF_UP : 0;
  }
  NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK, head);
  if (change.mtu_bytes) request.Add(IFLA_MTU, *change.mtu_bytes);
  return Netlink(NETLINK_ROUTE).Ask(std::move(request));
}

uint32_t InterfaceIndex(const std::string& name, int& answer) {
  const uint32_t index = if_nametoindex(name.c_str());
  if (index == 0) answer = errno;
  return index;
}

std::string PrintLinkAddress(std::string_view bytes) {
  return absl::StrJoin(bytes, ":", [](std::string* out, char byte) {
    absl::StrAppend(out, absl::Hex(static_cast<unsigned char>(byte), absl::kZeroPad2));
  });
}

}  // namespace balcony::agent
