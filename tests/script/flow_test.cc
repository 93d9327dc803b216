// Mirrors controller/script/flow.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Flow, EveryStepHasOneHost) {
  ExpectFound(
      kHosts,
      {
          {"sock = socket(tcp)", "4:1: a step needs a host; write it before the step: juliet> ..."},
          {"romeo> {\n    juliet> s = socket(tcp)\n}",
           "5:5: prompts do not nest; take this one away: the block has a prompt already"},
          {"romeo> {\n    s = socket(tcp)\n}", ""},
          {"romeo> while romeo> len(\"x\") {\n}",
           "4:14: prompts do not nest; take this one away: the block has a prompt already"},
          {"while len(\"x\") {\n}",
           "4:7: a step needs a host; write it before the step: juliet> ..."},
          {"while romeo> input() {\n    juliet> s = socket(tcp)\n}", ""},
          {"repeat 2 {\n    s = socket(tcp)\n}",
           "5:5: a step needs a host; write it before the step: juliet> ..."},
      });
}

TEST(Flow, LoopsHaveSomethingToDo) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> repeat 0 {\n    sock.state()\n}",
           "5:15: this is never done; repeat something at least once"},
          {"romeo> repeat \"x\" {\n    sock.state()\n}",
           "5:15: a number stands here, and this is a text"},
          {"romeo> repeat clients {\n    sock.state()\n}",
           "5:15: romeo has no clients; a step above must set it"},
          {"for x in 5 {\n    romeo> sock.state()\n}",
           "5:10: for goes through the lines of a text, and this is a number; or through numbers: "
           "1..10"},
          {"for x in 5..3 {\n    romeo> sock.state()\n}",
           "5:10: no number is in this range; its end comes before its beginning"},
          {"for x in \"a\"..5 {\n    romeo> sock.state()\n}",
           "5:10: a number stands here, and this is a text"},
          {"for x in nobody {\n    romeo> sock.state()\n}",
           "5:10: nobody is no parameter and no text; a step above must set it"},
          {"for x in \"a\\nb\" {\n    romeo> sock.send(x)\n}", ""},
          {"for i in 1..3 {\n    client[i]> s = socket(tcp)\n}", ""},
          {"for i in 1..4 {\n    client[i]> s = socket(tcp)\n}",
           "6:5: there is no such client; they are client[1] to client[3]"},
          {"for x in \"a\" {\n    romeo> x = sock.recv(1)\n}",
           "6:12: x is a loop's variable already; take another name"},
          {"for romeo in \"a\" {\n    romeo> sock.state()\n}",
           "5:5: romeo is a host's name; take another name"},
          {"for x in \"a\" {\n    romeo> sock.state()\n}\nromeo> sock.send(x)",
           "8:18: romeo has no x; a step above must set it"},
          {"wire> while settle() {\n}", "5:13: the wire has no loops"},
          {"romeo> repeat 3 {\n}",
           "5:1: there is nothing to do in this block; put a step between its braces"},
          {"romeo> while sock.recv(5) {\n}", ""},  // takes all there is
      });
}

TEST(Flow, AWhileGoesByTheValuesOfOneHost) {
  ExpectFound(
      kWithSocket,
      {
          {"while *> s = socket(tcp) {\n}",
           "5:10: a while goes by what one host's step gives; write the prompt before it, and each "
           "host goes through it on its own: *> while ..."},
          {"client[*]> while s = socket(tcp) {\n}", ""},
          {"while romeo> sock.recv(5) => eof {\n}",
           "5:30: a while goes on with values alone; name what ends it: => not EAGAIN"},
          {"while romeo> sock.recv(5) => \"a\" | blocks {\n}",
           "5:30: a while waits for its step; leave blocks away"},
          {"while romeo> sock.recv(5) => not EAGAIN {\n}", ""},
          {"while romeo> sock.recv(5) => _ | EAGAIN {\n}", ""},
      });
}

TEST(Flow, WhatAWhileSetsIsUncertainBehindIt) {
  ExpectFound(kWithSocket,
              {
                  {"while romeo> sock.recv(5) {\n    romeo> y = sock.recv(5)\n    romeo> "
                   "sock.send(y)\n}",
                   ""},
                  {"while romeo> sock.recv(5) {\n    romeo> y = sock.recv(5)\n}\nromeo> "
                   "sock.send(y)",
                   "8:18: y is set inside a while, which may not go round at all; set it before "
                   "the while, or use it inside"},
                  {"romeo> y = sock.recv(5)\nwhile romeo> sock.recv(5) {\n    romeo> y = "
                   "sock.recv(5)\n}\nromeo> sock.send(y)",
                   ""},
              });
}

TEST(Flow, TheWireNeedsHosts) {
  EXPECT_THAT(Found("wire> settle()"),
              testing::ElementsAre("1:1: there are no hosts; declare one: host juliet"));
}

}  // namespace
}  // namespace balcony::script
