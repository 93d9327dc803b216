// Mirrors controller/script/combinations.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Combinations, ASocketHasAProtocolIfItIsRaw) {
  ExpectFound(kHosts, {
                          {"romeo> s = socket(raw, icmp)", ""},
                          {"romeo> s = socket(raw6, icmpv6)", ""},
                          {"romeo> s = socket(ping6, nonblocking=true)", ""},
                          {"romeo> s = socket(raw)",
                           "4:19: a raw socket needs its protocol; write socket(raw, icmp)"},
                          {"romeo> s = socket(ping, icmp)",
                           "4:25: only a raw socket is told its protocol; write socket(ping)"},
                          {"romeo> s = socket(raw6, icmp)",
                           "4:25: raw6 has no icmp; write socket(raw6, icmpv6)"},
                      });
}

TEST(Combinations, WhatExcludesEachOther) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.recv(5, waitall, until=\"x\")",
           "5:30: until and waitall exclude each other; leave one of them away"},
          {"romeo> sock.recv(5, until=\"x\", dontwait, peek)",
           "5:21: until and peek exclude each other; leave one of them away"},
          {"romeo> sock.recv(5, oob, until=\"x\")",
           "5:26: until and oob exclude each other; leave one of them away"},
          {"romeo> sock.recv(5, dontwait, until=\"x\")", ""},
          {"romeo> add_route(\"10.9.0.0/16\", unreachable, gateway=juliet)",
           "5:46: gateway and unreachable exclude each other; leave one of them away"},
          {"romeo> delete_route(\"10.9.0.0/16\", kind=prohibit, interface=\"eth0\")",
           "5:51: interface and prohibit exclude each other; leave one of them away"},
          {"romeo> add_route(\"10.9.0.0/16\", unicast, gateway=juliet, interface=\"eth0\")", ""},
          {"romeo> add_route(\"10.9.0.0/16\", blackhole, metric=5)", ""},
      });
}

TEST(Combinations, WhatIsForStreamsAlone) {
  const std::string end = "; leave it away: a datagram comes whole";
  ExpectFound(
      kHosts + "romeo> sock = socket(udp)\n",
      {
          {"romeo> sock.recv(5, waitall)",
           "5:21: waitall is for a stream, and sock is a udp socket" + end},
          {"romeo> sock.recvfrom(5, peek, flags=waitall)",
           "5:31: waitall is for a stream, and sock is a udp socket" + end},
          {"romeo> s = sock.dup()\nromeo> s.recvmsg(5, waitall)",
           "6:21: waitall is for a stream, and s is a udp socket" + end},
          {"romeo> s = socket(ping6)\nromeo> s.recv(5, until=\"x\")",
           "6:18: until is for a stream, and s is a ping6 socket" + end},
          {"romeo> sock.recv(5, peek)", ""},
          {"romeo> s = socket(nonblocking=1)",
           "5:12: socket needs its transport; write socket(tcp|udp|tcp6|udp6|raw|raw6|ping|ping6[, "
           "icmp|icmpv6|tcp|udp][, nonblocking=0|1])"},
          {"romeo> s = socket(tcp6)\nromeo> s.recv(5, waitall)", ""},
          {"romeo> while sock.recv(5) {\nsock = socket(tcp)\n}\nromeo> sock.recv(5, waitall)", ""},
          {"romeo> conn, _ = sock.accept()\nromeo> conn.recv(5, waitall)", ""},
      });
}

TEST(Combinations, WhatIsNeededBesides) {
  ExpectFound(kHosts,
              {
                  {"romeo> set_interface(\"eth0\")",
                   "4:8: set_interface needs up or mtu; write set_interface(\"eth0\", up=0)"},
                  {"romeo> set_interface(\"eth0\", mtu=1400)", ""},
              });
}

TEST(Combinations, AddressesAreOfOneFamily) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> add_route(\"10.9.0.0/16\", gateway=[fd00::1])",
           "5:33: gateway must be an IPv4 address here; all of a route is of its destination's "
           "family"},
          {"romeo> add_route(\"fd01::/64\", source=10.10.0.100, gateway=[fd00::1])",
           "5:31: source must be an IPv6 address here; all of a route is of its destination's "
           "family"},
          {"romeo> sock.setsockopt(IPV6_JOIN_GROUP, 239.1.2.3)",
           "5:41: IPV6_JOIN_GROUP must be an IPv6 address here; write "
           "sock.setsockopt(IPV6_JOIN_GROUP, [ff02::1234])"},
          {"romeo> sock.setsockopt(IP_DROP_MEMBERSHIP, {group: [ff02::1], interface: \"eth0\"})",
           "5:44: IP_DROP_MEMBERSHIP must be an IPv4 address here; write "
           "sock.setsockopt(IP_DROP_MEMBERSHIP, 239.1.2.3)"},
          {"romeo> sock.setsockopt(IPV6_JOIN_GROUP, {group: [ff02::1], interface: \"eth0\"})", ""},
      });
}

}  // namespace
}  // namespace balcony::script
