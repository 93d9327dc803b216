// Mirrors controller/script/reach.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Reach, OfAddressesOutsideEveryLan) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> sock.connect(10.99.0.1:80)",
                   "5:21: 10.99.0.1 is outside every LAN; the LANs are 10.10.0.0/24; or "
                   "expect => ENETUNREACH"},
                  {"romeo> sock.connect(10.99.0.1:80) => ENETUNREACH", ""},
                  {"romeo> sock.connect(10.99.0.1:80) => ECONNREFUSED",
                   "5:21: 10.99.0.1 is outside every LAN; the LANs are 10.10.0.0/24; or "
                   "expect => ENETUNREACH"},
                  {"romeo> sock.connect(10.10.0.77:80)", ""},
                  {"romeo> sock.connect(127.0.0.1:80)", ""},
                  {"romeo> sock.connect([::1]:80)", ""},
                  {"romeo> sock.connect([fd00::1]:80)",
                   "5:21: fd00::1 is outside every LAN; the LANs are 10.10.0.0/24; or "
                   "expect => ENETUNREACH"},
                  {"romeo> sock.bind([fd00::1]:4000)",
                   "5:18: fd00::1 is outside every LAN; the LANs are 10.10.0.0/24; or "
                   "expect => EADDRNOTAVAIL"},
                  {"romeo> sock.bind([fd00::1]:4000) => EADDRNOTAVAIL", ""},
                  {"romeo> sock.bind(0.0.0.0:4000)", ""},
                  {"romeo> sock.bind([fe80::1%eth0]:4000)", ""},
                  {"romeo> sock.sendto(\"x\", 10.99.0.1:80)",
                   "5:25: 10.99.0.1 is outside every LAN; the LANs are 10.10.0.0/24; or "
                   "expect => ENETUNREACH"},
                  {"romeo> sock.sendto(\"x\", 239.0.0.1:80)", ""},
                  {"romeo> sock.sendto(\"x\", 10.10.0.255:80)", ""},
              });
}

}  // namespace
}  // namespace balcony::script
