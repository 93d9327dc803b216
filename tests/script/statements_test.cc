// Mirrors controller/script/statements.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Statements, RefusesWhatIsNone) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.send(\"x\"", "5:21: expected , or ), found the end"},
          {"romeo> sock.send(\"x\"\nromeo> sock.close()",
           "5:17: this ( is never closed; put a ) behind its arguments"},
          {"romeo> sock.send(\"x\"\n  => 5",  // the => joins the lines, and there is no other
           "5:17: this ( is never closed; put a ) behind its arguments"},
          {"}", "5:1: this } closes nothing; take it away"},
          {"romeo> x = 5", "5:12: expected a call, found 5"},
          {"romeo> socket(tcp) extra", "5:20: expected the end of the line, found extra"},
          {"romeo sock = socket(tcp)",
           "5:7: expected > behind the host, found sock; write romeo> sock"},
          {"romeo> sock.send(\"x\") = > 5",
           "5:23: expected the end of the line, found =; what is expected stands behind =>"},
          {"juliet> romeo.sock.close()",
           "5:9: a call has one name before its dot, that of a socket; a host stands in the "
           "prompt: romeo> sock.close(...)"},
          {"romeo> sock.send(\"x\") within 3s",
           "5:23: within stands behind a pattern; write => _ within ..."},
          {"romeo> repeat 5 x", "5:17: expected a { and its block, found x"},
          {"romeo> for in 1..2 {\n}", "5:12: in is a word of the notation; take another name"},
          {"romeo> for x of 1..2 {\n}", "5:14: expected in, found of"},
          {"romeo> wait", "5:12: expected the name of a call in the background, found the end"},
          {"romeo> while = socket(tcp)", "5:8: while is a word of the notation; take another name"},
          {"romeo> sock.", "5:13: expected the name of a call, found the end"},
          {"romeo>", "5:7: expected a call, found the end"},
          {"romeo> sock.recv(5) =>", "5:23: expected a value, found the end"},
          {"client[1> x = socket(tcp)", "5:9: expected ], found >"},
          {"romeo> repeat 5 {", "5:17: this { is never closed; put a } behind its block"},
          {"romeo> self = socket(tcp)", "5:8: self is a word of the notation; take another name"},
      });
}

}  // namespace
}  // namespace balcony::script
