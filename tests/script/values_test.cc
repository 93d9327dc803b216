// Mirrors controller/script/values.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Values, AreOfTheCallsTypes) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.bind(4000)",
           "5:18: address must be an endpoint such as juliet:4000, and this is a number; write "
           "sock.bind(address)"},
          {"romeo> sock.bind(juliet)", "5:18: this host has no port; write juliet:4000"},
          {"romeo> sock.bind(10.10.0.100)",
           "5:18: this address has no port; write 10.10.0.100:4000"},
          {"romeo> sock.bind([::1])", "5:18: this address has no port; write [::1]:4000"},
          {"romeo> sock.recv(\"x\")",
           "5:18: max_bytes must be a number, and this is a text; write sock.recv(max_bytes[, "
           "waitall|dontwait|peek|oob ...][, until=text])"},
          {"romeo> sock.send(5)",
           "5:18: data must be a text, and this is a number; write sock.send(data[, "
           "dontwait|oob|more ...])"},
          {"romeo> sock.recv(2s)",
           "5:18: max_bytes must be a number, and this is a duration; write sock.recv(max_bytes[, "
           "waitall|dontwait|peek|oob ...][, until=text])"},
          {"romeo> sock.recv(LISTEN)",
           "5:18: max_bytes must be a number, and this is a state; write sock.recv(max_bytes[, "
           "waitall|dontwait|peek|oob ...][, until=text])"},
          {"romeo> sock.send({a: 1})",
           "5:18: data must be a text, and this is a record; write sock.send(data[, "
           "dontwait|oob|more ...])"},
          {"romeo> sock.send(\"x\" - 5)",
           "5:18: a text - a number has no meaning; known are numbers with + - *, text + text or "
           "number, and text * number"},
          {"romeo> sock.send(\"x\" + 5)", ""},
          {"romeo> sock.send(\"x\" * 5)", ""},
          {"romeo> sock.send(sock)",
           "5:18: data must be a text, and this is a socket; write sock.send(data[, "
           "dontwait|oob|more ...])"},
          {"romeo> sock.send(socket(tcp))",
           "5:18: socket cannot stand inside an expression; give it a step of its own and name "
           "what it gives"},
          {"romeo> sock.send(uper(\"x\"))",
           "5:18: uper cannot stand inside an expression; did you mean upper?"},
          {"romeo> sock.send(upper(\"x\") + len(\"abc\") * 2)", ""},
          {"romeo> sock.recv(len(5))",
           "5:22: text must be a text, and this is a number; write len(text)"},
      });
}

TEST(Values, AreAsManyAsTheCallTakes) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.bind()", "5:13: bind needs its address; write sock.bind(address)"},
          {"romeo> sock.sendto(\"x\")",
           "5:13: sendto needs its address; write sock.sendto(data, address[, "
           "dontwait|oob|more|fastopen ...])"},
          {"romeo> sock.recv(16, waitall, 5)",
           "5:31: flags must be waitall, dontwait, peek or oob; write sock.recv(max_bytes[, "
           "waitall|dontwait|peek|oob ...][, until=text])"},
          {"romeo> sock.recv(16, untill=\"\\n\")", "5:22: recv has no untill; did you mean until?"},
          {"romeo> sock.recv(16, max_bytes=5)",
           "5:22: recv has its max_bytes already; write sock.recv(max_bytes[, "
           "waitall|dontwait|peek|oob ...][, until=text])"},
          {"romeo> sock.recv(16, until=\"\\n\", dontwait)", ""},
          {"romeo> sock.recv(16, \"\\n\")",
           "5:22: flags must be waitall, dontwait, peek or oob; write sock.recv(max_bytes[, "
           "waitall|dontwait|peek|oob ...][, until=text])"},
          {"romeo> sock.close(1)", "5:19: an argument too many for close; write sock.close()"},
          {"wire> settle(1)", "5:14: an argument too many for settle; write settle()"},
          {"romeo> sock.listen()", ""},
          {"romeo> sock.listen(backlog=5)", ""},
      });
}

TEST(Values, AreTheCallsWords) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> s = socket(TCP)",
                   "5:19: transport must be tcp, udp, tcp6, udp6, raw, raw6, ping or ping6; did "
                   "you mean tcp?"},
                  {"romeo> s = socket(tpc)",
                   "5:19: transport must be tcp, udp, tcp6, udp6, raw, raw6, ping or ping6; did "
                   "you mean tcp?"},
                  {"romeo> s = socket(6)",
                   "5:19: transport must be tcp, udp, tcp6, udp6, raw, raw6, ping or ping6; write "
                   "socket(tcp|udp|tcp6|udp6|raw|raw6|ping|ping6[, icmp|icmpv6|tcp|udp][, "
                   "nonblocking=0|1])"},
                  {"romeo> sock.shutdown(both)",
                   "5:22: how must be rd, wr or rdwr; write sock.shutdown(rd|wr|rdwr)"},
                  {"romeo> sock.recv(16, waital)",
                   "5:22: flags must be waitall, dontwait, peek or oob; did you mean waitall?"},
                  {"romeo> sockets(tcp, ESTABLISHD)",
                   "5:21: state must be a state such as ESTABLISHED; did you mean ESTABLISHED?"},
                  {"romeo> sockets(state=LISTEN)", ""},
                  {"romeo> sockets(tcp6)", "5:16: transport must be tcp or udp; did you mean tcp?"},
              });
}

TEST(Values, AreInTheCallsRange) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.recv(1048577)", "5:18: max_bytes cannot be 1048577; write 1048576 or less"},
          {"romeo> sock.recv(1048576)", ""},
          {"romeo> sock.recv(0)", ""},
          {"romeo> sock.recv(5 - 6)", "5:18: max_bytes cannot be -1; write 0 or more"},
          {"romeo> sock.listen(0 - 1)", "5:20: backlog cannot be -1; write 0 or more"},
          {"romeo> sock.listen(9999999999)",
           "5:20: backlog cannot be 9999999999; write 2147483647 or less"},
          {"romeo> sock.recvmsg(5, control_bytes=65537)",
           "5:24: control_bytes cannot be 65537; write 65536 or less"},
          {"romeo> sock.sendmsg(\"x\", ttl=256)", "5:26: ttl cannot be 256; write 255 or less"},
          {"romeo> set_interface(\"eth0\", mtu=67)", "5:30: mtu cannot be 67; write 68 or more"},
          {"romeo> sock.setsockopt(SO_RCVBUF, 9999999999)",
           "5:35: SO_RCVBUF cannot be 9999999999; write 4294967295 or less"},
          {"romeo> sock.setblocking(2)", "5:25: blocking is 0 or 1; write sock.setblocking(0|1)"},
          {"romeo> sock.recv(5, until=\"\")",
           "5:21: until an empty text is at once; name what ends a line, such as \"\\n\""},
          {"romeo> sock.recv(5, until=\"x\" * 1025)",
           "5:21: until cannot be a text of 1025 bytes; write 1024 or less"},
      });
}

}  // namespace
}  // namespace balcony::script
