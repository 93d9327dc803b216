// What controller/script/expectations.cc finds in patterns of records, lists, words and durations.
#include "tests/script/found.h"

namespace balcony::script {
namespace {

TEST(Records, HaveTheFieldsOfTheirMessage) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.recvmsg(16, errqueue) => {data: \"Hello\", error: {errno: ECONNREFUSED, "
           "origin: ICMP, type: 3, code: 3, offender: juliet}}",
           ""},
          {"romeo> sock.recvmsg(4, trunc) => {size: 10, data: \"0123\", flags: TRUNC}", ""},
          {"romeo> sock.recvmsg(4) => {flag: TRUNC}",
           "5:28: recvmsg gives no flag; did you mean flags?"},
          {"romeo> sock.recvmsg(4) => {flags: TRUNK}",
           "5:35: unknown word TRUNK; did you mean TRUNC?"},
          {"romeo> sock.recvmsg(4) => {error: {errno: 111}}",
           "5:43: this is a number; the value is an error or none"},
          {"romeo> sock.recvmsg(4) => {error: {errno: EPIPO}}",
           "5:43: unknown word EPIPO; did you mean EPIPE?"},
          {"romeo> sock.recvmsg(4) => {pktinfo: {interface: \"eth0\", address: romeo}}", ""},
          {"romeo> sock.recvmsg(4) => {address: juliet:4000, ttl: 64 | none}", ""},
          {"romeo> sock.recvmsg(4) => {size: none}", "5:34: this is never none; it gives a record"},
          {"romeo> sock.getsockopt(SO_ERROR) => {error: EPIPE}", ""},
          {"romeo> sock.getsockopt(SO_ERROR) => {error: none}", ""},
          {"romeo> sock.getsockopt(SO_ERROR) => EPIPE", ""},
      });
}

TEST(Records, OfTheKernelsTables) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.info() => {snd_mss: 1448, rtt: < 1ms, options: SACK WSCALE}", ""},
          {"romeo> sock.info() => {snd_mms: 1448}",
           "5:24: info gives no snd_mms; did you mean snd_mss?"},
          {"romeo> sock.timer() => {kind: KEEPALIVE, expires: 50s..60s, retransmits: 0}", ""},
          {"romeo> sock.timer() => none", ""},
          {"romeo> sock.queues() => none", "5:25: queues never gives none; it gives a record"},
          {"romeo> sockets() => [{timer: {kind: ON}}, ...]", ""},
          {"romeo> counters(Udp) => {RcvbufErrors: 48}", ""},
          {"romeo> counters(Udp) => {RcvBufErrors: 48}",
           "5:26: counters gives no RcvBufErrors; did you mean RcvbufErrors?"},
          {"romeo> counters(TcpExt) => {TW: 1, ListenDrops: > 0}", ""},
          {"romeo> interfaces() => [..., {name: \"eth0\", up: 1, addresses: [{address: romeo}]}]",
           ""},
          {"romeo> routes() => [{destination: \"10.10.0.0/24\", kind: UNICAST, gateway: none}]",
           ""},
          {"romeo> neighbours() => [{address: juliet, state: REACHABLE | STALE}]", ""},
          {"romeo> neighbours() => [{address: juliet, state: STAL}]",
           "5:50: unknown word STAL; did you mean STALE?"},
          {"romeo> t = sock.timer()\nromeo> sock.send(\"x\" * t.retransmits)", ""},
          {"romeo> m = sock.recvmsg(4)\nromeo> sock.connect(m.error.offender:80)", ""},
          {"romeo> m = sock.recvmsg(4)\nromeo> sock.send(m.error.ofender)",
           "6:18: a record has no ofender; did you mean offender?"},
      });
}

TEST(Records, WordsAreTheCallsOwn) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> sock.poll() => IN OUT RDHUP", ""},
                  {"romeo> sock.poll() => ERR | HUP", ""},
                  {"romeo> sock.poll() => none", ""},
                  {"romeo> sock.poll() => IN OUTT", "5:23: unknown word OUTT; did you mean OUT?"},
                  {"romeo> sock.poll() => INN", "5:23: unknown word INN; did you mean IN?"},
                  {"romeo> sock.poll() => 0", "5:23: poll never gives a number; it gives words"},
                  {"romeo> sock.getsockopt(IP_MTU_DISCOVER) => WANT", ""},
                  {"romeo> sock.getsockopt(IP_MTU_DISCOVER) => WNAT",
                   "5:44: unknown word WNAT; did you mean WANT?"},
              });
}

TEST(Records, DurationsHaveTheirUnits) {
  ExpectFound(
      kWithSocket,
      {
          {"romeo> sock.getsockopt(SO_RCVTIMEO) => 200ms", ""},
          {"romeo> sock.getsockopt(SO_RCVTIMEO) => 0s..1s", ""},
          {"romeo> sock.getsockopt(SO_RCVTIMEO) => 200",
           "5:40: getsockopt never gives a number; it gives a duration"},
          {"romeo> sock.getsockopt(SO_RCVTIMEO) => > 200",
           "5:42: a duration stands here, and this is a number; write it with its unit, such as "
           "200ms"},
          {"romeo> sock.getsockopt(SO_RCVBUF) => > 2s",
           "5:40: a number stands here, and this is a duration"},
          {"romeo> sock.getsockopt(SO_RCVTIMEO) => 5mbit",
           "5:40: a number with a unit has no meaning here; write a plain number, or a duration "
           "such as 200ms"},
      });
}

TEST(Records, NamesHaveErrorsOfTheirOwn) {
  ExpectFound(kWithSocket,
              {
                  {"romeo> resolve(\"juliet.example\") => EAI_NONAME", ""},
                  {"romeo> resolve(\"juliet.example\") => EAI_NONAM",
                   "5:37: unknown word EAI_NONAM; did you mean EAI_NONAME?"},
                  {"romeo> sock.connect(juliet:1) => EAI_NONAME",
                   "5:34: connect never gives EAI_NONAME; only resolve asks what a name means"},
                  {"romeo> resolve(\"juliet.example\") => juliet", ""},
                  {"romeo> resolve(\"juliet.example\") => 10.10.0.101", ""},
                  {"romeo> resolve(\"juliet.example\", all) => [juliet, ...]", ""},
                  {"romeo> resolve(\"juliet.example\", all) => juliet",
                   "5:42: resolve never gives an endpoint; it gives a list"},
                  {"romeo> to = resolve(\"x\")\nromeo> sock.connect(to:4000)", ""},
                  {"romeo> x = sysctl(\"net.ipv4.tcp_syncookies\") => 1", ""},
                  {"romeo> x = sysctl(\"net.ipv4.tcp_rmem\") => /^4096/", ""},
              });
}

}  // namespace
}  // namespace balcony::script
