#include "balcony/v1/host.pb.h"
#include "balcony/v1/observe.pb.h"
#include "controller/script/counters.h"
#include "controller/script/rows.h"

namespace balcony::script {
namespace {

template <typename Message>
Shape ListOf() {
  return {.type = Type::kList, .element = {ShapeOf(*Message::descriptor())}};
}

Signature AtController(std::string function, Parameter parameter, Type result) {
  return {std::move(function),
          Receiver::kNone,
          Actor::kController,
          {std::move(parameter)},
          {{.type = result}}};
}

// The fields of v1.Route by which one is named.
std::vector<Parameter> Route() {
  return {TextOf("destination"),
          Optional(Keyword("kind", {"unicast", "unreachable", "prohibit", "blackhole"})),
          ByName(AddressOf("gateway")),
          ByName(TextOf("interface")),
          ByName(AddressOf("source")),
          ByName(NumberOf("metric", 0, UINT32_MAX))};
}

}  // namespace

std::vector<Signature> HostRows() {
  return {
      Observing(OnHost(
          "sockets",
          {Optional(Keyword("transport", {"tcp", "udp"})), Optional(Of(Type::kState, "state"))},
          {ListOf<v1::SocketEntry>()})),
      Blocking(OnHost("resolve",
                      {TextOf("name"), Optional(Keyword("family", {"inet", "inet6"})),
                       Optional(Keyword("all", {"all"}))},
                      {{.type = Type::kAddress}})),
      OfOwnNetwork(Observing(
          OnHost("counters", {Keyword("group", CounterGroups())}, {{.type = Type::kRecord}}))),
      OfOwnNetwork(Observing(OnHost("interfaces", {}, {ListOf<v1::Interface>()}))),
      OfOwnNetwork(OnHost("set_interface", {TextOf("name"), ByName(FlagOf("up")),
                                            ByName(NumberOf("mtu", 68, 65535))})),
      OfOwnNetwork(Observing(OnHost("routes", {}, {ListOf<v1::Route>()}))),
      OfOwnNetwork(OnHost("add_route", Route())),
      OfOwnNetwork(OnHost("delete_route", Route())),
      OfOwnNetwork(Observing(OnHost("neighbours", {}, {ListOf<v1::Neighbour>()}))),
      OfOwnNetwork(OnHost("add_neighbour",
                          {AddressOf("address"), TextOf("link_address"), TextOf("interface")})),
      OfOwnNetwork(OnHost("delete_neighbour", {AddressOf("address"), TextOf("interface")})),
      OfOwnNetwork(OnHost("sysctl", {TextOf("name"), Optional(Of(Type::kSetting, "value"))},
                          {{.type = Type::kSetting}})),
      Ending(AtController("input", Optional(TextOf("prompt")), Type::kText)),
      AtController("len", TextOf("text"), Type::kNumber),
      AtController("upper", TextOf("text"), Type::kText),
      AtController("lower", TextOf("text"), Type::kText),
      {"settle", Receiver::kNone, Actor::kWire, {}, {}},
  };
}

}  // namespace balcony::script
