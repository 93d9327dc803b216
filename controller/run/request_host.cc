#include "absl/strings/str_cat.h"
#include "controller/run/makers.h"

namespace balcony::run {
namespace {

void MakeSockets(const Making& making) {
  auto* request = making.call().mutable_sockets();
  Arguments& arguments = making.arguments;
  const int transport = NumberOf(*v1::Transport_descriptor(), arguments.Word("transport"));
  const int state = NumberOf(*v1::State_descriptor(), arguments.Word("state"));
  if (transport != 0) request->set_transport(static_cast<v1::Transport>(transport));
  if (state != 0) request->set_state(static_cast<v1::State>(state));
}

void MakeResolve(const Making& making) {
  auto* request = making.call().mutable_resolve();
  request->set_name(making.arguments.GetText("name").bytes());
  const int family = NumberOf(*v1::Family_descriptor(), making.arguments.Word("family"));
  if (family != 0) request->set_family(static_cast<v1::Family>(family));
  making.request.all = !making.arguments.Word("all").empty();
}

void MakeSetInterface(const Making& making) {
  auto* request = making.call().mutable_set_interface();
  request->set_name(making.arguments.GetText("name").bytes());
  if (making.arguments.Has("up")) request->set_up(making.arguments.Number("up") != 0);
  if (making.arguments.Has("mtu"))
    request->set_mtu(static_cast<uint32_t>(making.arguments.Number("mtu")));
}

void FillRoute(Arguments& arguments, v1::Route* route) {
  route->set_destination(arguments.GetText("destination").bytes());
  route->set_kind(
      static_cast<v1::RouteKind>(NumberOf(*v1::RouteKind_descriptor(), arguments.Word("kind"))));
  const bool ipv6 = route->destination().find(':') != std::string::npos;
  const v1::Family family = ipv6 ? v1::FAMILY_INET6 : v1::FAMILY_INET;
  route->set_gateway(arguments.Address("gateway", family));
  route->set_source(arguments.Address("source", family));
  route->set_interface(arguments.GetText("interface").bytes());
  if (arguments.Has("metric")) route->set_metric(static_cast<uint32_t>(arguments.Number("metric")));
}

void FillNeighbour(Arguments& arguments, v1::Neighbour* neighbour) {
  neighbour->set_address(arguments.Address("address", v1::FAMILY_UNSPECIFIED));
  neighbour->set_link_address(arguments.GetText("link_address").bytes());
  neighbour->set_interface(arguments.GetText("interface").bytes());
}

void MakeSysctl(const Making& making) {
  auto* request = making.call().mutable_sysctl();
  request->set_name(making.arguments.GetText("name").bytes());
  if (!making.arguments.Has("value")) return;
  const Value value = making.arguments.Any("value");
  const auto* number = std::get_if<int64_t>(&value.node);
  request->set_value(number != nullptr ? absl::StrCat(*number)
                                       : making.arguments.GetText("value").bytes());
}

}  // namespace

Makers HostMakers() {
  return {
      {"sockets", MakeSockets},
      {"resolve", MakeResolve},
      {"counters",
       [](const Making& m) { m.call().mutable_counters()->set_group(m.arguments.Word("group")); }},
      {"interfaces", [](const Making& m) { m.call().mutable_interfaces(); }},
      {"set_interface", MakeSetInterface},
      {"routes", [](const Making& m) { m.call().mutable_routes(); }},
      {"add_route",
       [](const Making& m) {
         FillRoute(m.arguments, m.call().mutable_add_route()->mutable_route());
       }},
      {"delete_route",
       [](const Making& m) {
         FillRoute(m.arguments, m.call().mutable_delete_route()->mutable_route());
       }},
      {"neighbours", [](const Making& m) { m.call().mutable_neighbours(); }},
      {"add_neighbour",
       [](const Making& m) {
         FillNeighbour(m.arguments, m.call().mutable_add_neighbour()->mutable_neighbour());
       }},
      {"delete_neighbour",
       [](const Making& m) {
         FillNeighbour(m.arguments, m.call().mutable_delete_neighbour()->mutable_neighbour());
       }},
      {"sysctl", MakeSysctl},
  };
}

}  // namespace balcony::run
