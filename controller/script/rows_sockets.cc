#include "balcony/v1/observe.pb.h"
#include "balcony/v1/poll.pb.h"
#include "controller/script/rows.h"

namespace balcony::script {
namespace {

// A record that is not there where a connection has none.
template <typename Message>
Shape MaybeRecord() {
  Shape record = ShapeOf(*Message::descriptor());
  record.may_be_none = true;
  return record;
}

}  // namespace

std::vector<Signature> SocketRows() {
  const Shape socket = {.type = Type::kSocket};
  const Shape endpoint = {.type = Type::kEndpoint};
  const Shape number = {.type = Type::kNumber};
  const Shape events = ShapeOf(*v1::PollResponse::descriptor()->FindFieldByName("events"));
  const Shape request = ShapeOf(*v1::IoctlRequest::descriptor()->FindFieldByName("request"));
  return {
      OnHost("socket",
             {Keyword("transport", {"tcp", "udp", "tcp6", "udp6", "raw", "raw6", "ping", "ping6"}),
              Optional(Keyword("protocol", {"icmp", "icmpv6", "tcp", "udp"})),
              ByName(FlagOf("nonblocking"))},
             {socket}),
      OnSocket("bind", {EndpointOf("address")}),
      OnSocket("listen", {Optional(NumberOf("backlog", 0, INT32_MAX))}),
      Blocking(OnSocket("accept", {}, {socket, endpoint})),
      Blocking(OnSocket("connect", {EndpointOf("address")})),
      OnSocket("disconnect"),
      OnSocket("dup", {}, {socket}),
      OnSocket("shutdown", {Keyword("how", {"rd", "wr", "rdwr"})}),
      OnSocket("close"),
      OnSocket("setblocking", {FlagOf("blocking")}),
      OnSocket("getsockname", {}, {endpoint}),
      OnSocket("getpeername", {}, {endpoint}),
      Observing(OnSocket("state", {}, {{.type = Type::kState}})),
      Observing(OnSocket("queues", {}, {ShapeOf(*v1::Queues::descriptor())})),
      Observing(OnSocket("timer", {}, {MaybeRecord<v1::Timer>()})),
      Observing(OnSocket("info", {}, {MaybeRecord<v1::TcpInfo>()})),
      Blocking(
          Observing(OnSocket("poll",
                             {Several(Of(Type::kWords, "events", {"IN", "PRI", "OUT", "RDHUP"})),
                              Optional(Keyword("wait", {"wait"}))},
                             {events}))),
      Observing(OnSocket("ioctl", {Of(Type::kWord, "request", request.words)}, {number})),
  };
}

}  // namespace balcony::script
