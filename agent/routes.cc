#include "agent/routes.h"

#include <linux/rtnetlink.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/interface_name.h"
#include "agent/interfaces.h"
#include "agent/netlink.h"

namespace balcony::agent {
namespace {

struct RouteType {
  v1::RouteKind kind;
  uint8_t type;
};
constexpr RouteType kRouteTypes[] = {
    {v1::ROUTE_KIND_UNICAST, RTN_UNICAST},
    {v1::ROUTE_KIND_UNREACHABLE, RTN_UNREACHABLE},
    {v1::ROUTE_KIND_PROHIBIT, RTN_PROHIBIT},
    {v1::ROUTE_KIND_BLACKHOLE, RTN_BLACKHOLE},
};

uint8_t ToType(v1::RouteKind kind) {
  for (const RouteType& known : kRouteTypes) {
    if (known.kind == kind) return known.type;
  }
  return RTN_UNSPEC;
}

v1::RouteKind ToKind(uint8_t type) {
  for (const RouteType& known : kRouteTypes) {
    if (known.type == type) return known.kind;
  }
  return v1::ROUTE_KIND_OTHER;
}

std::optional<uint32_t> ToNumber(std::string_view bytes) {
  uint32_t number = 0;
  if (bytes.size() < sizeof number) return std::nullopt;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

// Empty if these are not an address's bytes.
std::string ToLiteral(int family, std::string_view bytes) {
  const size_t size = family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr);
  return bytes.size() < size ? "" : PrintAddress(AddressFrom(family, bytes.data(), 0));
}

// RTA_VIA: the gateway of an IPv4 route may be an IPv6 router.
std::string ToVia(std::string_view bytes) {
  rtvia via{};
  if (bytes.size() < sizeof via) return "";
  std::memcpy(&via, bytes.data(), sizeof via);
  if (via.rtvia_family != AF_INET && via.rtvia_family != AF_INET6) return "";
  return ToLiteral(via.rtvia_family, bytes.substr(sizeof via));
}

// Gateway and interface, which are the route's own or those of one of its next hops. `message` ends
// with their attributes, behind `head_size` bytes.
void PrintHop(int family, const NetlinkMessage& message, size_t head_size, int interface,
              v1::Route* route) {
  route->set_gateway(ToLiteral(family, message.Attribute(head_size, RTA_GATEWAY)));
  if (route->gateway().empty()) route->set_gateway(ToVia(message.Attribute(head_size, RTA_VIA)));
  if (route->kind() == v1::ROUTE_KIND_UNICAST) route->set_interface(InterfaceName(interface));
}

void AddHops(const rtmsg& head, std::string_view hops, const v1::Route& common,
             google::protobuf::RepeatedPtrField<v1::Route>* routes) {
  rtnexthop hop{};
  while (hops.size() >= sizeof hop) {
    std::memcpy(&hop, hops.data(), sizeof hop);
    if (hop.rtnh_len < sizeof hop || hop.rtnh_len > hops.size()) return;
    v1::Route* route = routes->Add();
    *route = common;
    PrintHop(head.rtm_family, NetlinkMessage(hops.substr(0, hop.rtnh_len)), sizeof hop,
             hop.rtnh_ifindex, route);
    hops.remove_prefix(std::min<size_t>(RTNH_ALIGN(hop.rtnh_len), hops.size()));
  }
}

void AddRow(const NetlinkMessage& message, google::protobuf::RepeatedPtrField<v1::Route>* routes) {
  constexpr size_t kHead = sizeof(rtmsg);
  const auto head = message.ToHead<rtmsg>();
  // The cache's entries are no routes of anybody's.
  if (head.rtm_table != RT_TABLE_MAIN || (head.rtm_flags & RTM_F_CLONED) != 0) return;
  if (head.rtm_family != AF_INET && head.rtm_family != AF_INET6) return;
  constexpr char kZeros[sizeof(in6_addr)] = {};
  const std::string to = ToLiteral(head.rtm_family, message.Attribute(kHead, RTA_DST));
  v1::Route route;
  route.set_destination(
      absl::StrCat(to.empty() ? PrintAddress(AddressFrom(head.rtm_family, kZeros, 0)) : to, "/",
                   static_cast<int>(head.rtm_dst_len)));
  route.set_kind(ToKind(head.rtm_type));
  route.set_source(ToLiteral(head.rtm_family, message.Attribute(kHead, RTA_PREFSRC)));
  const auto metric = ToNumber(message.Attribute(kHead, RTA_PRIORITY));
  if (metric) route.set_metric(*metric);
  const std::string_view hops = message.Attribute(kHead, RTA_MULTIPATH);
  if (!hops.empty()) {
    AddHops(head, hops, route, routes);
    return;
  }
  const auto interface = ToNumber(message.Attribute(kHead, RTA_OIF)).value_or(0);
  PrintHop(head.rtm_family, message, kHead, static_cast<int>(interface), &route);
  routes->Add()->Swap(&route);
}

int Change(const RouteChange& route, uint16_t type, int flags, rtmsg head) {
  head.rtm_family = static_cast<uint8_t>(route.destination.family());
  head.rtm_dst_len = route.prefix_length;
  head.rtm_table = RT_TABLE_MAIN;
  head.rtm_type = ToType(route.kind);
  NetlinkRequest request(type, NLM_F_ACK | flags, head);
  const auto add = [&request](uint16_t attribute, const Address& address) {
    if (address.known()) request.Add(attribute, address.bytes(), address.bytes_size());
  };
  add(RTA_DST, route.destination);
  add(RTA_GATEWAY, route.gateway);
  add(RTA_PREFSRC, route.source);
  if (!route.interface.empty()) {
    int answer = 0;
    const uint32_t index = InterfaceIndex(route.interface, answer);
    if (answer != 0) return answer;
    request.Add(RTA_OIF, index);
  }
  if (route.metric) request.Add(RTA_PRIORITY, *route.metric);
  return Netlink(NETLINK_ROUTE).Ask(std::move(request));
}

}  // namespace

int ListRoutes(google::protobuf::RepeatedPtrField<v1::Route>* routes) {
  Netlink netlink(NETLINK_ROUTE);
  for (const int family : {AF_INET, AF_INET6}) {
    rtmsg head{};
    head.rtm_family = static_cast<uint8_t>(family);
    const int answer = netlink.Ask(NetlinkRequest(RTM_GETROUTE, NLM_F_DUMP, head),
                                   [&](const NetlinkMessage& message) { AddRow(message, routes); });
    if (answer != 0) return answer;
  }
  return 0;
}

int AddRoute(const RouteChange& route) {
  rtmsg head{};
  head.rtm_protocol = RTPROT_STATIC;
  // IPv4 wants to know how far away the hosts are: without a router they are on the link.
  const bool on_link = route.kind == v1::ROUTE_KIND_UNICAST && !route.gateway.known();
  head.rtm_scope = on_link ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  return Change(route, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, head);
}

int DeleteRoute(const RouteChange& route) {
  rtmsg head{};
  head.rtm_scope = RT_SCOPE_NOWHERE;  // whatever it is
  return Change(route, RTM_DELROUTE, 0, head);
}

}  // namespace balcony::agent
