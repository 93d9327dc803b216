// Mirrors controller/script/steps.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Steps, CallWhatThereIs) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.conect(juliet:4000)", "5:13: unknown call conect; did you mean connect?"},
          {"romeo> frobnicate()", "5:8: unknown call frobnicate"},
          {"romeo> sock.sendfile(5)",
           "5:13: sendfile is not available in this version; write sock.sendall(data)"},
          {"romeo> bind(romeo:1)", "5:8: bind is a call of a socket; write sock.bind(address)"},
          {"romeo> sock.socket(tcp)",
           "5:8: socket is no call of a socket; write "
           "socket(tcp|udp|tcp6|udp6|raw|raw6|ping|ping6[, icmp|icmpv6|tcp|udp][, "
           "nonblocking=0|1])"},
          {"romeo> settle()", "5:8: settle is a call of the wire; write wire> settle()"},
          {"wire> settle()", ""},
          {"wire> settle() => 5",
           "5:19: settle never gives a number; it succeeds or fails: leave the pattern away, or "
           "name an error"},
          {"wire> packets(tcp)",
           "5:7: packets is not available in this version; take it away: the wire has settle() "
           "alone"},
          {"wire> s = socket(tcp)",
           "5:11: the wire has no sockets; a host does this: juliet> "
           "socket(tcp|udp|tcp6|udp6|raw|raw6|ping|ping6[, icmp|icmpv6|tcp|udp][, "
           "nonblocking=0|1])"},
          {"wire> sock.bind(romeo:1)",
           "5:7: the wire has no sockets; a host does this: juliet> sock.bind(address)"},
      });
}

TEST(Steps, UseSocketsBetweenSocketAndClose) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.close()\nromeo> sock.send(\"x\")",
           "6:8: sock is closed; make a new one, or close it later"},
          {"romeo> sock.close()\nromeo> sock.close()",
           "6:8: sock is closed; make a new one, or close it later"},
          {"romeo> sock.close()\nromeo> sock.state() => CLOSED\nromeo> sock.queues()", ""},
          {"romeo> sock.close()\nromeo> sock = socket(tcp)\nromeo> sock.bind(romeo:1)", ""},
          {"romeo> while sock.recv(1) {\n    sock.close()\n}\nromeo> sock.send(\"x\")", ""},
          {"romeo> repeat 2 {\n    sock.close()\n}\nromeo> sock.send(\"x\")",
           "8:8: sock is closed; make a new one, or close it later"},
          {"romeo> n = sock.send(\"x\")\nromeo> n.close()", "6:8: n is a number, and no socket"},
          {"romeo> s, p = sock.accept() => EAGAIN\nromeo> s.close()",
           "6:8: romeo has no s; a step above must set it"},
          {"parallel {\n    romeo> sock.close()\n    romeo> sock.state()\n}\nromeo> "
           "sock.send(\"x\")",
           "9:8: sock is closed; make a new one, or close it later"},
      });
}

TEST(Steps, NameWhatTheyGive) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> conn = sock.accept()",
           "5:8: accept gives a socket and an endpoint; write conn, peer = ... "
           "with _ for what is not needed"},
          {"romeo> a, b, c = sock.accept()",
           "5:8: accept gives a socket and an endpoint; write conn, peer = ... "
           "with _ for what is not needed"},
          {"romeo> x = sock.bind(romeo:1)", "5:8: bind gives nothing to name; leave the name away"},
          {"romeo> _, peer = sock.accept()", ""},
          {"romeo> _ = sock.recv(1)", ""},
      });
}

TEST(Steps, JoinCallsInTheBackground) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> done = sock.connect(juliet:1) &",
           "5:20: nobody joins done; write romeo> wait done"},
          {"romeo> done = sock.connect(juliet:1) &\nromeo> wait done", ""},
          {"romeo> done = sock.connect(juliet:1) & => blocks\nromeo> wait done => ETIMEDOUT", ""},
          {"romeo> s, p = sock.accept() &\nromeo> wait s => ECONNABORTED\nromeo> sock.connect(p)",
           "7:21: romeo has no p; a step above must set it"},
          {"romeo> done = sock.connect(juliet:1) &\nromeo> wait done => 5",
           "6:21: connect never gives a number; it succeeds or fails: leave the pattern away, or "
           "name an error"},
          {"romeo> done = sock.connect(juliet:1) &\nromeo> wait dome\nromeo> wait done",
           "6:13: romeo has no call dome in the background; did you mean done?"},
          {"romeo> done = sock.connect(juliet:1) &\nromeo> wait done\nromeo> wait done",
           "7:13: done is joined already; take this wait away"},
          {"romeo> conn, peer = sock.accept() &\nromeo> conn.recv(5)\nromeo> wait conn",
           "6:8: conn is still to come, from a call in the background; join it first: romeo> wait "
           "conn"},
          {"romeo> conn, peer = sock.accept() &\nromeo> wait peer",
           "6:13: peer is joined by its call's first name; write wait conn"},
          {"romeo> _, peer = sock.accept() &\nromeo> wait peer => _, juliet:*\nromeo> "
           "sock.connect(peer)",
           ""},
          {"romeo> wait done",
           "5:13: romeo has no call done in the background; start it above: done = ... &"},
          {"romeo> wait sock", "5:13: sock is no call in the background; its step has no &"},
          {"romeo> sock.connect(juliet:1) &",
           "5:13: a call in the background has no name to join it by; write done = ... &"},
          {"romeo> _ = sock.recv(1) &",
           "5:17: a call in the background has no name to join it by; write done = ... &"},
          {"romeo> b = sock.bind(juliet:1) &", "5:17: bind never blocks; leave the & away"},
          {"romeo> done = sock.connect(juliet:1) & => ECONNREFUSED\nromeo> wait done",
           "5:43: a call in the background has no result yet; expect it where it is joined: wait "
           "NAME => ECONNREFUSED"},
          {"romeo> done = sock.recv(1) &\nromeo> done = sock.recv(1) &\nromeo> wait done",
           "6:8: done is still in the background; take another name"},
          {"juliet> wait done",
           "5:14: juliet has no call done in the background; start it above: done = ... &"},
          {"wire> wait done", "5:12: the wire has nothing in the background"},
          {"romeo> line = input() &", "5:15: input never blocks; leave the & away"},
      });
}

TEST(Steps, JoinInTheLoopTheyStartIn) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> repeat 3 {\n    done = sock.recv(1) &\n}",
                   "6:17: nobody joins done in this loop; write romeo> wait done"},
                  {"romeo> repeat 3 {\n    done = sock.recv(1) &\n    wait done\n}", ""},
                  {"romeo> done = sock.recv(1) &\nromeo> repeat 3 {\n    wait done\n}",
                   "7:10: done is started outside of this loop; join it outside, too"},
                  {"romeo> while done = sock.recv(1) & {\n}",
                   "5:26: a while waits for its step; leave the & away"},
              });
}

TEST(Steps, JoinOnEachHost) {
  ExpectFound(kHosts + "client[*]> s = socket(tcp)\nclient[*]> d = s.connect(juliet:1) &\n",
              {
                  {"client[*]> wait d", ""},
                  {"client[1]> wait d", "5:18: nobody joins d; write client[2]> wait d"},
                  {"client[1]> wait d\nclient[2..3]> wait d", ""},
                  {"client[*]> wait d\nclient[1]> wait d",
                   "7:17: d is joined already; take this wait away"},
              });
}

}  // namespace
}  // namespace balcony::script
