// Mirrors controller/script/expectations.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Expectations, OfCallsThatGiveNothing) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> sock.bind(romeo:1) => 5",
                   "5:30: bind never gives a number; it succeeds or fails: leave the "
                   "pattern away, or name an error"},
                  {"romeo> sock.bind(romeo:1) => blocks",
                   "5:30: bind never blocks; it succeeds or fails: leave the pattern "
                   "away, or name an error"},
                  {"romeo> sock.bind(romeo:1) => eof",
                   "5:30: bind never gives eof; it succeeds or fails: leave the pattern "
                   "away, or name an error"},
                  {"romeo> sock.bind(romeo:1) => _", ""},
                  {"romeo> sock.bind(romeo:1) => EADDRINUSE | EACCES", ""},
                  {"romeo> sock.listen(5) => LISTEN",
                   "5:26: listen never gives a state; it succeeds or fails: leave the "
                   "pattern away, or name an error"},
                  {"romeo> sock.connect(juliet:1) => ECONREFUSED",
                   "5:34: unknown word ECONREFUSED; did you mean ECONNREFUSED?"},
                  {"romeo> sock.connect(juliet:1) => FOO", "5:34: unknown word FOO"},
                  {"romeo> sock.connect(juliet:1) => not EAGAIN", ""},
                  {"romeo> sock.bind(romeo:1) => 1, 2",
                   "5:30: 2 values are expected; it succeeds or fails: leave the pattern "
                   "away, or name an error"},
              });
}

TEST(Expectations, OfNumbers) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.send(\"x\") => \"x\"", "5:26: send never gives a text; it gives a number"},
          {"romeo> sock.send(\"x\") => eof", "5:26: send never gives eof; it gives a number"},
          {"romeo> sock.send(\"x\") => 3 sockets",
           "5:26: send gives no sockets; it gives a number"},
          {"romeo> sock.send(\"x\") => 1 bytes", ""},
          {"romeo> sock.send(\"x\") => 5..3",
           "5:26: no number is in this range; its end comes before its beginning"},
          {"romeo> sock.send(\"x\") => > 0", ""},
          {"romeo> sock.send(\"x\") => romeo:*",
           "5:26: send never gives an endpoint; it gives a number"},
          {"romeo> sock.send(\"x\") => /x/", "5:26: send never gives a text; it gives a number"},
          {"romeo> sock.send(\"x\") => {a: 1}",
           "5:26: send never gives a record; it gives a number"},
          {"romeo> sock.send(\"x\") => [ ]", "5:26: send never gives a list; it gives a number"},
          {"romeo> sock.send(\"x\") => 10.10.0.1",
           "5:26: send never gives an endpoint; it gives a number"},
          {"romeo> sock.send(\"x\") => 1, 2", "5:26: 2 values are expected; it gives a number"},
          {"romeo> sock.send(\"x\") => (1)", ""},
          {"romeo> sock.send(\"x\") => 5ms",
           "5:26: send never gives a duration; it gives a number"},
          {"romeo> sock.send(\"x\") => 1..\"b\"", "5:29: a number stands here, and this is a text"},
      });
}

TEST(Expectations, OfTexts) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.recv(5) => 5", "5:24: recv never gives a number; it gives a text"},
          {"romeo> sock.recv(5) => 5..3 bytes",
           "5:24: no number is in this range; its end comes before its beginning"},
          {"romeo> sock.recv(5) => > 3",
           "5:24: recv gives a text, and no number; its length is a number of bytes: 16 bytes"},
          {"romeo> sock.recv(5) => > 3 bytes", ""},
          {"romeo> sock.recv(5) => 3 lines", ""},
          {"romeo> sock.recv(5) => 3 packets", "5:24: recv gives no packets; it gives a text"},
          {"romeo> sock.recv(5) => not _", "5:28: nothing is not _; leave the pattern away"},
          {"romeo> sock.recv(16) => EPIPE | 5", "5:33: recv never gives a number; it gives a text"},
          {"romeo> sock.recv(16) => eof | ECONNRESET | \"x\" | blocks", ""},
          {"romeo> sock.recv(2) => EWOULDBLOCK",
           "5:24: EWOULDBLOCK is another name of EAGAIN; write EAGAIN, as the transcript does"},
          {"romeo> sock.recv(2) => blocks for 0s",
           "5:24: nothing can be watched in no time; say how long: blocks for 1s"},
          {"romeo> sock.recv(2) => \"x\" within 0s",
           "5:24: no call ends in no time; give it some: within 200ms"},
          {"romeo> x = sock.recv(2) & => (blocks)\nromeo> wait x", ""},
          {"romeo> sock.recv(2) => IN OUT", "5:24: recv gives no IN OUT; it gives a text"},
          {"romeo> sock.recv(2) => sock", "5:24: recv never gives a socket; it gives a text"},
          {"romeo> sock.recv(2) => text", "5:24: romeo has no text; a step above must set it"},
          {"romeo> input(\"> \") => \"x\" within 5s",
           "5:23: input has no patience; leave within away"},
          {"romeo> input(\"> \") => EPIPE", "5:23: input gives no error; it gives a text"},
          {"romeo> input() => not \"quit\"", ""},
      });
}

TEST(Expectations, OfStatesAndEndpoints) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.state() => ESTABLISHD",
           "5:24: unknown word ESTABLISHD; did you mean ESTABLISHED?"},
          {"romeo> sock.state() => LISTEN | CLOSED", ""},
          {"romeo> sock.state() => UNCONN", ""},
          {"romeo> sockets(udp, UNCONN) => 1 sockets", ""},
          {"romeo> sock.state() => listen", "5:24: romeo has no listen; a step above must set it"},
          {"romeo> sock.state() => \"LISTEN\"", "5:24: state never gives a text; it gives a state"},
          {"romeo> sock.getsockname() => romeo", "5:30: an endpoint has a port; write romeo:*"},
          {"romeo> sock.getsockname() => 10.10.0.100",
           "5:30: an endpoint has a port; write 10.10.0.100:*"},
          {"romeo> sock.getsockname() => 0.0.0.0:0", ""},
          {"romeo> sock.getsockname() => *:1024..65535", ""},
          {"romeo> sock.getsockname() => 4000",
           "5:30: getsockname never gives a number; it gives an endpoint"},
      });
}

TEST(Expectations, OfTuples) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> conn, peer = sock.accept() => _", ""},
          {"romeo> conn, peer = sock.accept() => _, romeo:*", ""},
          {"romeo> conn, peer = sock.accept() => (_, romeo:*) | EAGAIN", ""},
          {"romeo> conn, peer = sock.accept() => _, _, _",
           "5:38: 3 values are expected; it gives a socket and an endpoint, such as => _, romeo:*"},
          {"romeo> sock.accept() => romeo:*",
           "5:25: one value is expected; it gives a socket and an endpoint, such as => _, romeo:*"},
          {"romeo> sock.accept() => _, eof", "5:28: eof is no part of a value; it stands alone"},
          {"romeo> sock.accept() => _, EAGAIN",
           "5:28: an error is no part of a value; it stands alone"},
          {"romeo> sock.accept() => _, blocks",
           "5:28: blocks is no part of a value; it stands alone"},
          {"romeo> sock.accept() => _, \"x\"", "5:28: this is a text; the value is an endpoint"},
          {"romeo> sock.accept() => 5, _", "5:25: this is a number; the value is a socket"},
          {"romeo> sock.recvfrom(1) => \"x\"",
           "5:28: one value is expected; it gives a text and an endpoint, such as => _, romeo:*"},
          {"romeo> sock.recvfrom(1) => \"x\", (_, _)", "5:33: this is one value, and no tuple"},
          {"romeo> sock.recvfrom(1) => eof", ""},  // of a stream
      });
}

TEST(Expectations, OfRecordsAndLists) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.queues() => {recv_que: 1}",
           "5:26: queues gives no recv_que; did you mean recv_queue?"},
          {"romeo> sock.queues() => {size: 1}",
           "5:26: queues gives no size; it has recv_queue or send_queue"},
          {"romeo> sock.queues() => {recv_queue: \"x\"}",
           "5:38: this is a text; the value is a number"},
          {"romeo> sock.queues() => {recv_queue: > 3, send_queue: 0}", ""},
          {"romeo> sock.queues() => 5", "5:25: queues never gives a number; it gives a record"},
          {"romeo> sockets() => 3", "5:21: sockets never gives a number; it gives a list"},
          {"romeo> sockets() => 3 sockets", ""},
          {"romeo> sockets() => [ {state: LISTEN, local: romeo:4000, transport: tcp}, ... ]", ""},
          {"romeo> sockets() => [ {state: 5} ]", "5:31: this is a number; the value is a state"},
          {"romeo> sockets() => [ {transport: sctp} ]",
           "5:35: romeo has no sctp; a step above must set it"},
          {"romeo> sockets() => [ romeo > juliet SYN ]",
           "5:21: a packet is no socket; packets stand behind wire> packets()"},
          {"romeo> sockets() => [ LISTEN ]", "5:23: this is a state; the value is a record"},
      });
}

}  // namespace
}  // namespace balcony::script
