// Mirrors controller/script/sizes.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Sizes, OfWhatIsSent) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> sock.send(\"abc\") => 4",
                   "5:28: send never gives 4: its data has 3 bytes; expect 3 at most"},
                  {"romeo> sock.send(\"x\") => 2",
                   "5:26: send never gives 2: its data has 1 byte; expect 1 at most"},
                  {"romeo> sock.send(\"abc\") => 4 bytes",
                   "5:28: send never gives 4 bytes: its data has 3 bytes; expect 3 at most"},
                  {"romeo> sock.send(\"abc\") => 4..9",
                   "5:28: send never gives 4..9: its data has 3 bytes; expect 3 at most"},
                  {"romeo> sock.send(\"abc\") => < 0",
                   "5:28: send never gives < 0: its data has 3 bytes; expect 0 or more"},
                  {"romeo> sock.sendto(\"abc\", juliet:5) => > 3",
                   "5:40: sendto never gives > 3: its data has 3 bytes; expect 3 at most"},
                  {"romeo> sock.sendmsg(\"x\" * 5 + \"yz\", juliet:5) => >= 8",
                   "5:50: sendmsg never gives >= 8: its data has 7 bytes; expect 7 at most"},
                  {"romeo> sock.sendall(\"abc\") => 2",
                   "5:31: sendall never gives 2: its data has 3 bytes; expect 3"},
                  {"romeo> sock.sendall(\"x\" * 10000000000) => < 10000000000",
                   "5:43: sendall never gives < 10000000000: its data has 10000000000 bytes; "
                   "expect 10000000000"},
                  {"romeo> n = len(\"abc\") => 4",
                   "5:26: len never gives 4: its text has 3 bytes; expect 3"},
                  {"romeo> done = sock.sendall(\"abc\") &\nromeo> wait done => 4",
                   "6:21: sendall never gives 4: its data has 3 bytes; expect 3"},
              });
}

TEST(Sizes, OfWhatIsReceived) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.recv(5) => 1048577 bytes",
           "5:24: recv never gives 1048577 bytes: its max_bytes is 5; expect 5 bytes at most"},
          {"romeo> sock.recv(5) => 10 bytes",
           "5:24: recv never gives 10 bytes: its max_bytes is 5; write "
           "max_bytes=10, or expect 5 bytes at most"},
          {"romeo> sock.recv(3) => \"abcd\"",
           "5:24: recv never gives 4 bytes: its max_bytes is 3; write "
           "max_bytes=4, or expect 3 bytes at most"},
          {"romeo> sock.recv(3) => > 3 bytes",
           "5:24: recv never gives > 3 bytes: its max_bytes is 3; write "
           "max_bytes=4, or expect 3 bytes at most"},
          {"romeo> sock.recv(3) => 4..5 lines",
           "5:24: recv never gives 4..5 lines: its max_bytes is 3; write "
           "max_bytes=4, or expect 3 bytes at most"},
          {"romeo> sock.recvfrom(3) => \"abcd\", juliet:*",
           "5:28: recvfrom never gives 4 bytes: its max_bytes is 3; write "
           "max_bytes=4, or expect 3 bytes at most"},
          {"romeo> sock.recvfrom(3) => (\"abcd\", _) | (\"efgh\", _)",
           "5:29: recvfrom never gives 4 bytes: its max_bytes is 3; write "
           "max_bytes=4, or expect 3 bytes at most"},
          {"romeo> sock.recvmsg(3) => {data: \"abcd\"}",
           "5:34: recvmsg never gives 4 bytes: its max_bytes is 3; write "
           "max_bytes=4, or expect 3 bytes at most"},
      });
}

TEST(Sizes, WhatIsNotCertainIsNotJudged) {
  ExpectFound("set text = \"abc\"\nset n = 3\n" + kWithSocket,
              {
                  {"romeo> sock.send(\"abc\") => 1..3", ""},
                  {"romeo> sock.send(\"abc\") => > 2", ""},
                  {"romeo> sock.send(\"abc\") => not 4", ""},
                  {"romeo> sock.send(\"abc\") => 4 | EPIPE", ""},
                  {"romeo> sock.send(\"abc\") => 4 | 2", ""},
                  {"romeo> sock.sendall(\"abc\") => 2..9 bytes", ""},
                  {"romeo> sock.sendall(\"abc\") => ECONNRESET | blocks", ""},
                  {"romeo> sock.recv(3) => < 4 lines", ""},
                  {"romeo> sock.recv(3) => /abcd/", ""},
                  {"romeo> sock.recv(3) => \"abc\" | eof", ""},
                  {"romeo> sock.recvmsg(3, trunc) => {size: 10, data: \"abc\"}", ""},
                  {"romeo> sock.recvfrom(3) => (\"abcd\", _) | EAGAIN", ""},
                  {"romeo> data = sock.recv(5)\nromeo> sock.sendall(data) => 9", ""},
                  {"romeo> data = sock.recv(5)\nromeo> sock.recv(3) => data", ""},
                  {"romeo> for i in 1..2 { sock.send(\"n \" + i) => 9 }", ""},
                  {"romeo> sock.sendall(text * n) => 9", ""},
              });
}

TEST(Sizes, ParametersAreAsTheCommandLineHasThem) {
  const std::string text =
      "set text = \"abc\"\nhost a\na> s = socket(tcp)\na> s.sendall(text) => 3";
  EXPECT_THAT(Found(text), testing::ElementsAre());
  EXPECT_THAT(Found(text, "a.balcony", {{"text", "abcd"}}),
              testing::ElementsAre("4:23: sendall never gives 3: its data has 4 bytes; expect 4"));
}

}  // namespace
}  // namespace balcony::script
