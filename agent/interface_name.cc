#include "agent/interface_name.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

// 0 if no interface has this address.
int IndexOf(const in_addr& address) {
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return 0;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> all(first, freeifaddrs);
  for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
    const auto* own = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
    if (own->sin_addr.s_addr != address.s_addr) continue;
    return static_cast<int>(if_nametoindex(one->ifa_name));
  }
  return 0;
}

}  // namespace

absl::StatusOr<Interface> FindInterface(const std::string& field, const std::string& text,
                                        bool by_index) {
  Interface found;
  if (text.empty()) return found;
  const bool whole = text.find('\0') == std::string::npos;
  if (whole && inet_pton(AF_INET, text.c_str(), &found.address) == 1) {
    if (!by_index) return found;
    found.index = IndexOf(found.address);
  } else if (whole) {
    found.index = static_cast<int>(if_nametoindex(text.c_str()));
  }
  if (found.index != 0) return found;
  return InvalidArgument(field, absl::StrCat("no interface ", Quoted(text), " on this host"));
}

std::string InterfaceName(int index) {
  if (index == 0) return "";
  std::array<char, IF_NAMESIZE> name{};
  if (if_indextoname(static_cast<unsigned>(index), name.data()) == nullptr) {
    return absl::StrCat(index);
  }
  return name.data();
}

}  // namespace balcony::agent
