#include "controller/fleet/netlink.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/socket.h>

#include "absl/strings/str_cat.h"

namespace balcony::fleet {
namespace {

struct Put {
  void operator()(rtnl_link* link) const { rtnl_link_put(link); }
  void operator()(rtnl_addr* address) const { rtnl_addr_put(address); }
  void operator()(nl_addr* address) const { nl_addr_put(address); }
};
using Link = std::unique_ptr<rtnl_link, Put>;
using InterfaceAddress = std::unique_ptr<rtnl_addr, Put>;
using Address = std::unique_ptr<nl_addr, Put>;

absl::Status ToStatus(int error, absl::string_view what) {
  if (error >= 0) return absl::OkStatus();
  const std::string message = absl::StrCat(what, ": ", nl_geterror(error));
  switch (-error) {
    case NLE_PERM:
    case NLE_NOACCESS:
      return absl::PermissionDeniedError(
          absl::StrCat(message,
                       " (the capability CAP_NET_ADMIN is wanted; in a container:"
                       " --cap-add NET_ADMIN)"));
    case NLE_NOMEM:
      return absl::ResourceExhaustedError(message);
    case NLE_EXIST:
      return absl::AlreadyExistsError(message);
    case NLE_INVAL:
    case NLE_RANGE:
      return absl::InvalidArgumentError(message);
    default:
      return absl::InternalError(message);
  }
}

absl::StatusOr<Link> Find(const std::string& interface) {
  const unsigned index = if_nametoindex(interface.c_str());
  if (index == 0) return absl::NotFoundError(absl::StrCat("no interface ", interface));
  Link link(rtnl_link_alloc());
  rtnl_link_set_ifindex(link.get(), static_cast<int>(index));
  return link;
}

absl::StatusOr<Address> ParseAddress(const std::string& literal, unsigned prefix_length) {
  nl_addr* parsed = nullptr;
  if (nl_addr_parse(literal.c_str(), AF_UNSPEC, &parsed) < 0) {
    return absl::InvalidArgumentError(absl::StrCat(literal, " is no address"));
  }
  nl_addr_set_prefixlen(parsed, static_cast<int>(prefix_length));
  return Address(parsed);
}

// The last address of an IPv4 network, which reaches all of it. Networks of one or two hosts have
// none (RFC 3021).
Address Broadcast(nl_addr* local) {
  const unsigned prefix_length = nl_addr_get_prefixlen(local);
  if (nl_addr_get_family(local) != AF_INET || prefix_length > 30) return nullptr;
  Address broadcast(nl_addr_clone(local));
  auto* const bytes = static_cast<unsigned char*>(nl_addr_get_binary_addr(broadcast.get()));
  for (unsigned bit = prefix_length; bit < 32; ++bit) {
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] | (0x80u >> bit % 8));
  }
  nl_addr_set_prefixlen(broadcast.get(), 32);
  return broadcast;
}

}  // namespace

void Netlink::Closer::operator()(nl_sock* socket) const { nl_socket_free(socket); }

absl::StatusOr<Netlink> Netlink::Open() {
  Netlink netlink(nl_socket_alloc());
  if (netlink.socket_ == nullptr) return absl::ResourceExhaustedError("no netlink socket");
  absl::Status connected =
      ToStatus(nl_connect(netlink.socket_.get(), NETLINK_ROUTE), "open a netlink socket");
  if (!connected.ok()) return connected;
  return netlink;
}

absl::Status Netlink::BringUp(const std::string& interface) {
  absl::StatusOr<Link> link = Find(interface);
  if (!link.ok()) return link.status();
  const Link change(rtnl_link_alloc());
  rtnl_link_set_flags(change.get(), IFF_UP);
  return ToStatus(rtnl_link_change(socket_.get(), link->get(), change.get(), 0),
                  absl::StrCat("bring up ", interface));
}

absl::Status Netlink::Configure(const std::string& interface, absl::string_view mac,
                                unsigned mtu_bytes, unsigned queue_frames) {
  absl::StatusOr<Link> link = Find(interface);
  if (!link.ok()) return link.status();
  const Address address(nl_addr_build(AF_LLC, mac.data(), mac.size()));
  const Link change(rtnl_link_alloc());
  rtnl_link_set_addr(change.get(), address.get());
  rtnl_link_set_mtu(change.get(), mtu_bytes);
  rtnl_link_set_txqlen(change.get(), queue_frames);
  return ToStatus(rtnl_link_change(socket_.get(), link->get(), change.get(), 0),
                  absl::StrCat("configure ", interface));
}

absl::Status Netlink::AddAddress(const std::string& interface, const std::string& address,
                                 unsigned prefix_length) {
  const unsigned index = if_nametoindex(interface.c_str());
  if (index == 0) return absl::NotFoundError(absl::StrCat("no interface ", interface));
  absl::StatusOr<Address> local = ParseAddress(address, prefix_length);
  if (!local.ok()) return local.status();
  const InterfaceAddress added(rtnl_addr_alloc());
  rtnl_addr_set_ifindex(added.get(), static_cast<int>(index));
  rtnl_addr_set_local(added.get(), local->get());
  if (nl_addr_get_family(local->get()) == AF_INET6) {
    rtnl_addr_set_flags(added.get(), IFA_F_NODAD);
  } else if (const Address broadcast = Broadcast(local->get())) {
    rtnl_addr_set_broadcast(added.get(), broadcast.get());
  }
  return ToStatus(rtnl_addr_add(socket_.get(), added.get(), 0),
                  absl::StrCat("add ", address, "/", prefix_length, " to ", interface));
}

}  // namespace balcony::fleet
