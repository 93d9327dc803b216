// Mirrors controller/script/lexer.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Lexer, RefusesWhatIsNoWord) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.send(\"x", "5:18: this text is never closed; put a \" behind it"},
          {"romeo> sock.send(\"\\q\")",
           "5:19: unknown escape in a text; known are \\n \\r \\t \\\" \\\\ and \\xHH"},
          {"romeo> sock.send(\"\\x4\")",
           "5:19: unknown escape in a text; known are \\n \\r \\t \\\" \\\\ and \\xHH"},
          {"romeo> sock.send('x')", "5:18: text stands in straight double quotes; write \"...\""},
          {"romeo> sock.send(“x”)", "5:18: text stands in straight double quotes; write \"...\""},
          {"romeo> sock.recv(5) => eof", "5:20: this is a no-break space; write a plain one"},
          {"romeo> sock.recv(5) => /abc",
           "5:24: this regular expression is never closed; put a / behind it"},
          {"romeo> sock.recv(5) => ::1", "5:24: an IPv6 address stands in brackets; write [::1]"},
          {"romeo> sock.recv(5) ; eof", "5:21: this character has no meaning here"},
          {"romeo> __ = len(\"x\")", "5:8: a name has a letter"},
          {"romeo> sock.bind(10.10.0.999:5)",
           "5:18: 10.10.0.999 is no address; it is four numbers of 0 to 255, such as 10.10.0.1"},
          {"romeo> sock.bind([fd00:::1]:5)",
           "5:18: [fd00:::1] is no address; one of IPv6 is like [fd00::1]"},
          {"romeo> sock.recv(99999999999999999999)",
           "5:18: this number is too large; it may have 18 digits"},
      });
}

}  // namespace
}  // namespace balcony::script
