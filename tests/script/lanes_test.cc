// Mirrors controller/script/lanes.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Lanes, DoNotReadEachOther) {
  ExpectFound(kWithSocket,
              {
                  {"parallel {\n    romeo> d = sock.recv(5)\n    juliet> x = len(romeo.d)\n}",
                   "7:21: d is set in another lane; use it behind the }"},
                  {"parallel {\n    romeo> d = sock.recv(5)\n    juliet> x = "
                   "len(\"x\")\n}\njuliet> y = len(romeo.d)",
                   ""},
                  {"parallel {\n    romeo> {\n        d = sock.recv(5)\n        sock.send(d)\n    "
                   "}\n    juliet> d = socket(tcp)\n}",
                   ""},
                  {"parallel {\n    romeo> done = sock.recv(5) &\n    romeo> wait done\n}",
                   "7:17: done is set in another lane; join it behind the }"},
                  {"parallel {\n    romeo> done = sock.recv(5) &\n}\nromeo> wait done", ""},
              });
}

TEST(Lanes, AreNeverSettled) {
  ExpectFound(kWithSocket,
              {
                  {"parallel {\n    romeo> sock.recv(5) => blocks\n}",
                   "6:28: blocks cannot be told where others go on meanwhile; say how long to "
                   "watch: blocks "
                   "for 1s"},
                  {"parallel {\n    romeo> sock.recv(5) => blocks for 1s\n}", ""},
                  {"parallel {\n    wire> settle()\n}",
                   "6:11: inside parallel the wire is never settled; move it behind the }"},
                  {"parallel {\n    romeo> sockets() => 1 sockets\n}", ""},
              });
}

TEST(Lanes, DoNotSetWhatAnotherSets) {
  EXPECT_THAT(Found(kWithSocket +
                    "parallel {\n    romeo> d = sock.recv(5)\n    romeo> d = sock.recv(5)\n}"),
              testing::ElementsAre("6:12: d is set in another lane; take another name",
                                   "7:12: d is set in another lane; take another name"));
}

TEST(Lanes, AreTheHostsOfABlockToo) {
  ExpectFound(kHosts + "client[*]> s = socket(udp)\n",
              {
                  {"client[*]> {\n    s.recv(5) => blocks\n}",
                   "6:18: blocks cannot be told where others go on meanwhile; say how long to "
                   "watch: blocks "
                   "for 1s"},
                  {"client[1]> {\n    s.recv(5) => blocks\n}", ""},
                  {"client[*]> {\n    x = s.getsockname()\n    s.sendto(\"b\", client[3].x)\n}",
                   "7:19: x is set in another lane; use it behind the }"},
                  {"client[*]> {\n    x = s.getsockname()\n    s.sendto(\"b\", x)\n}\nclient[1]> "
                   "s.sendto(\"b\", client[3].x)",
                   ""},
                  {"client[*]> {\n    done = s.recv(5) &\n    wait done\n}", ""},
              });
}

}  // namespace
}  // namespace balcony::script
