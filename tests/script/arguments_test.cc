// Mirrors controller/script/arguments.cc: options, records and the other arguments that are more
// than a value of one type.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Arguments, AnOptionIsKnownByItsName) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> sock.setsockopt(SO_REUSADDR, 1)",
                   "5:24: unknown option SO_REUSADDR; did you mean SO_REUSEADDR?"},
                  {"romeo> sock.getsockopt(5)", "5:24: option must be one such as SO_RCVBUF"},
                  {"romeo> sock.getsockopt(TCP_NODELAY) => 0", ""},
                  {"romeo> sock.setsockopt(SO_ERROR, 0)",
                   "5:34: SO_ERROR can only be read; write sock.getsockopt(SO_ERROR)"},
                  {"romeo> sock.setsockopt(TCP_NODELAY)",
                   "5:13: setsockopt needs its value; write sock.setsockopt(OPTION, value)"},
              });
}

TEST(Arguments, AnOptionsValueIsOfItsKind) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.setsockopt(SO_RCVBUF, 5000) => 10000", ""},
          {"romeo> sock.setsockopt(SO_RCVBUF, \"x\")",
           "5:35: SO_RCVBUF must be a number, and this is a text; write "
           "sock.setsockopt(SO_RCVBUF, 10000)"},
          {"romeo> sock.setsockopt(TCP_NODELAY, true)", ""},
          {"romeo> sock.setsockopt(TCP_NODELAY, 2)",
           "5:37: TCP_NODELAY is 0 or 1; write sock.setsockopt(TCP_NODELAY, 1)"},
          {"romeo> sock.setsockopt(SO_RCVTIMEO, 200ms) => 200ms", ""},
          {"romeo> sock.setsockopt(SO_RCVTIMEO, 200)",
           "5:37: SO_RCVTIMEO must be a duration such as 200ms, and this is a number; write "
           "sock.setsockopt(SO_RCVTIMEO, 200ms)"},
          {"romeo> sock.setsockopt(TCP_CONGESTION, \"reno\")", ""},
          {"romeo> sock.setsockopt(IP_MTU_DISCOVER, DO) => DO", ""},
          {"romeo> sock.setsockopt(IP_MTU_DISCOVER, DOO)",
           "5:41: IP_MTU_DISCOVER must be DONT, WANT, DO, PROBE, INTERFACE or OMIT; did you mean "
           "DO?"},
          {"romeo> sock.setsockopt(IP_TTL, 0 - 1)", ""},
          {"romeo> size = sock.getsockopt(SO_RCVBUF)\nromeo> sock.setsockopt(SO_SNDBUF, size)", ""},
      });
}

TEST(Arguments, ARecordHasTheOptionsFields) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.setsockopt(SO_LINGER, {onoff: 1, linger: 0})", ""},
          {"romeo> sock.setsockopt(SO_LINGER, {onof: 1, linger: 0})",
           "5:36: there is no field onof; did you mean onoff?"},
          {"romeo> sock.setsockopt(SO_LINGER, {onoff: 1, linger: > 0})",
           "5:54: a value stands here, and no pattern; write sock.setsockopt(SO_LINGER, {onoff: 1, "
           "linger: 0})"},
          {"romeo> sock.setsockopt(SO_LINGER, {onoff: 1, linger: \"0\"})",
           "5:54: linger must be a number, and this is a text; write sock.setsockopt(SO_LINGER, "
           "{onoff: 1, linger: 0})"},
          {"romeo> sock.setsockopt(SO_LINGER, 1)",
           "5:35: SO_LINGER must be a record, and this is a number; write "
           "sock.setsockopt(SO_LINGER, {onoff: 1, linger: 0})"},
          {"romeo> sock.sendmsg(\"x\", pktinfo={local: juliet})",
           "5:35: there is no field local; it has interface or address"},
          {"romeo> sock.setsockopt(IP_ADD_MEMBERSHIP, 239.1.2.3)", ""},
          {"romeo> sock.setsockopt(IP_ADD_MEMBERSHIP, {group: 239.1.2.3, interface: \"eth0\"})",
           ""},
      });
}

TEST(Arguments, FlagsAreSaidOnce) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.recv(5, peek, dontwait)", ""},
          {"romeo> sock.recv(5, peek, dontwait, peek)", "5:37: peek is said twice; once is enough"},
          {"romeo> sock.recv(5, peak)",
           "5:21: flags must be waitall, dontwait, peek or oob; did you mean "
           "peek?"},
          {"romeo> sock.poll(IN, OUT, wait) => IN OUT", ""},
          {"romeo> sock.ioctl(SIOCATMRK)",
           "5:19: request must be SIOCATMARK, SIOCINQ, SIOCOUTQ or SIOCOUTQNSD; "
           "did you mean SIOCATMARK?"},
      });
}

TEST(Arguments, AnAddressStandsWithoutAPort) {
  ExpectFound(kHosts, {
                          {"romeo> add_route(\"10.9.0.0/16\", gateway=juliet)", ""},
                          {"romeo> add_route(\"10.9.0.0/16\", gateway=10.10.0.101, metric=5)", ""},
                          {"romeo> add_route(\"10.9.0.0/16\", unreachable)", ""},
                          {"romeo> delete_neighbour(5, \"eth0\")",
                           "4:25: address must be an address such as 10.10.0.1, or a host, and "
                           "this is a number; write delete_neighbour(address, interface)"},
                          {"romeo> add_neighbour(juliet, link_address=\"02:00:00:00:00:09\", "
                           "interface=\"eth0\")",
                           ""},
                          {"romeo> set_interface(\"eth0\", up=false)", ""},
                          {"romeo> set_interface(\"eth0\", up=2)",
                           "4:30: up is 0 or 1; write set_interface(name[, up=0|1][, mtu=number])"},
                          {"romeo> x = sysctl(\"net.ipv4.tcp_syncookies\", 0)", ""},
                      });
}

}  // namespace
}  // namespace balcony::script
