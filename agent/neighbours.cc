#include "agent/neighbours.h"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <string_view>
#include <utility>

#include "agent/interface_name.h"
#include "agent/interfaces.h"
#include "agent/netlink.h"

namespace balcony::agent {
namespace {

struct State {
  uint16_t bit;
  const char* name;
};
constexpr State kStates[] = {
    {NUD_REACHABLE, "REACHABLE"}, {NUD_STALE, "STALE"},   {NUD_DELAY, "DELAY"},
    {NUD_PROBE, "PROBE"},         {NUD_FAILED, "FAILED"}, {NUD_INCOMPLETE, "INCOMPLETE"},
    {NUD_PERMANENT, "PERMANENT"}, {NUD_NOARP, "NOARP"},
};

void AddRow(const NetlinkMessage& message,
            google::protobuf::RepeatedPtrField<v1::Neighbour>* neighbours) {
  constexpr size_t kHead = sizeof(ndmsg);
  const auto head = message.ToHead<ndmsg>();
  if (head.ndm_family != AF_INET && head.ndm_family != AF_INET6) return;
  const size_t size = head.ndm_family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr);
  const std::string_view address = message.Attribute(kHead, NDA_DST);
  // One that nothing is known of and nobody asks for.
  if (head.ndm_state == NUD_NONE || address.size() < size) return;
  v1::Neighbour* neighbour = neighbours->Add();
  neighbour->set_address(PrintAddress(AddressFrom(head.ndm_family, address.data(), 0)));
  neighbour->set_link_address(PrintLinkAddress(message.Attribute(kHead, NDA_LLADDR)));
  neighbour->set_interface(InterfaceName(head.ndm_ifindex));
  for (const State& state : kStates) {
    if ((head.ndm_state & state.bit) != 0) neighbour->set_state(state.name);
  }
}

int Change(const NeighbourChange& neighbour, uint16_t type, int flags) {
  int answer = 0;
  ndmsg head{};
  head.ndm_family = static_cast<uint8_t>(neighbour.address.family());
  head.ndm_ifindex = static_cast<int>(InterfaceIndex(neighbour.interface, answer));
  head.ndm_state = NUD_PERMANENT;
  if (answer != 0) return answer;
  NetlinkRequest request(type, NLM_F_ACK | flags, head);
  request.Add(NDA_DST, neighbour.address.bytes(), neighbour.address.bytes_size());
  if (!neighbour.link_address.empty()) {
    request.Add(NDA_LLADDR, neighbour.link_address.data(), neighbour.link_address.size());
  }
  return Netlink(NETLINK_ROUTE).Ask(std::move(request));
}

}  // namespace

int ListNeighbours(google::protobuf::RepeatedPtrField<v1::Neighbour>* neighbours) {
  Netlink netlink(NETLINK_ROUTE);
  for (const int family : {AF_INET, AF_INET6}) {
    ndmsg head{};
    head.ndm_family = static_cast<uint8_t>(family);
    const int answer =
        netlink.Ask(NetlinkRequest(RTM_GETNEIGH, NLM_F_DUMP, head),
                    [&](const NetlinkMessage& message) { AddRow(message, neighbours); });
    if (answer != 0) return answer;
  }
  return 0;
}

int AddNeighbour(const NeighbourChange& neighbour) {
  return Change(neighbour, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE);
}

int DeleteNeighbour(const NeighbourChange& neighbour) { return Change(neighbour, RTM_DELNEIGH, 0); }

}  // namespace balcony::agent
