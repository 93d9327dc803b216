// Mirrors controller/script/names.cc: what it finds, by line and column.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Names, AreThoseOfHosts) {
  ExpectFound(
      kHosts,
      {
          {"julliet> sock = socket(tcp)", "4:1: unknown host julliet; did you mean juliet?"},
          {"verona> sock = socket(tcp)", "4:1: unknown host verona"},
          {"client> s = socket(tcp)",
           "4:1: client is an array of hosts; they are client[1] to client[3]"},
          {"client[4]> s = socket(tcp)",
           "4:1: there is no such client; they are client[1] to client[3]"},
          {"client[1..4]> s = socket(tcp)",
           "4:1: there is no such client; they are client[1] to client[3]"},
          {"client[2..1]> s = socket(tcp)",
           "4:1: there is no such client; they are client[1] to client[3]"},
          {"romeo[1]> s = socket(tcp)", "4:1: romeo is a single host; write it without an index"},
          {"romeo> juliet = socket(tcp)", "4:8: juliet is a host's name; take another name"},
          {"romeo> juliet.bind(juliet:1)",
           "4:8: juliet is a host, and no socket; a host stands before the >, its socket before "
           "the dot"},
          {"client[x]> s = socket(tcp)",
           "4:1: an index is a number, or a parameter or a loop's variable that is one"},
          {"client[2]> s = socket(tcp)", ""},
          {"*> s = socket(tcp)", ""},
      });
}

TEST(Names, OfVariablesBelongToTheirHost) {
  ExpectFound(
      kWithSocket,
      {
          {"juliet> sock.bind(juliet:1)",
           "5:9: juliet has no sock; romeo has one: variables belong to their host"},
          {"romeo> sok.bind(romeo:1)", "5:8: romeo has no sok; did you mean sock?"},
          {"romeo> other.bind(romeo:1)", "5:8: romeo has no other; a step above must set it"},
          {"juliet> n = len(romeo.sock)",
           "5:17: text must be a text, and this is a socket; write len(text)"},
          {"juliet> n = len(romeo.none)", "5:17: romeo has no none; a step above must set it"},
          {"juliet> n = len(romeo)",
           "5:17: romeo is a host, and no value; its endpoint is romeo:4000, its variable "
           "romeo.name"},
          {"juliet> n = len(client[1].name)",
           "5:17: client[1] has no name; a step above must set it"},
          {"juliet> n = len(client[9].name)",
           "5:17: there is no such client; they are client[1] to client[3]"},
          {"juliet> n = len(client.name)",
           "5:17: client is an array of hosts; they are client[1] to client[3]"},
          {"juliet> n = len(self.name)", "5:17: juliet has no name; a step above must set it"},
      });
}

TEST(Names, OfFields) {
  ExpectFound(
      kWithSocket + "romeo> conn, peer = sock.accept()\nromeo> q = sock.queues()\n",
      {
          {"romeo> sock.connect(peer.address:4000)", ""},
          {"romeo> sock.connect(juliet:peer.port)", ""},
          {"romeo> sock.connect(peer.adress:4000)",
           "7:21: an endpoint has no adress; did you mean address?"},
          {"romeo> sock.connect(peer:4000)",
           "7:21: a host stands here, and this is an endpoint; an endpoint has its port already"},
          {"romeo> sock.connect(juliet:peer)", "7:28: a port is a number, and this is an endpoint"},
          {"romeo> data = conn.recv(q.recv_queue)", ""},
          {"romeo> data = conn.recv(q.size)",
           "7:25: a record has no size; it has recv_queue or send_queue"},
          {"romeo> data = conn.recv(q.recv_queue.size)", "7:25: a number has no size"},
          {"juliet> s = socket(tcp)\njuliet> s.connect(romeo.peer)", ""},
          {"romeo> n = len(conn.name)", "7:16: a socket has no name"},
      });
}

TEST(Names, OfEndpoints) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.bind(juliet:70000)", "5:25: 70000 is no port; ports are 0 to 65535"},
          {"romeo> sock.bind(julet:4000)", "5:18: unknown host julet; did you mean juliet?"},
          {"romeo> sock.bind(*:4000)",
           "5:18: * stands in patterns only; an address to use is whole, such as 0.0.0.0:4000"},
          {"romeo> sock.bind(romeo:*)",
           "5:18: * stands in patterns only; an address to use is whole, such as 0.0.0.0:4000"},
          {"romeo> sock.bind(romeo:1..5)",
           "5:18: a range of ports stands in patterns only; give one port"},
          {"romeo> sock.connect(client[*]:4000)",
           "5:21: several hosts cannot stand here; name one: client[1] to client[3]"},
          {"romeo> sock.connect(client:4000)",
           "5:21: client is an array of hosts; they are client[1] to client[3]"},
          {"romeo> sock.connect(client[2]:4000)", ""},
          {"romeo> sock.bind(self:4000)", ""},
          {"romeo> sock.bind(localhost:4000)", ""},
          {"romeo> sock.getsockname() => client[*]:*", ""},
          {"romeo> sock.getsockname() => romeo:5..3",
           "5:30: no port is in this range; its end comes before its beginning"},
          {"romeo> sock.getsockname() => romeo:1024..65536",
           "5:42: 65536 is no port; ports are 0 to 65535"},
      });
}

}  // namespace
}  // namespace balcony::script
