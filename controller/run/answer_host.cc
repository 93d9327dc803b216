#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "controller/run/give.h"

namespace balcony::run {
namespace {

Answer GiveSockets(const v1::SocketsResponse& response) {
  Answer answer = GiveField(response, "sockets");
  if (response.truncated())
    answer.undecided =
        absl::StrCat("the host has more sockets than the ", response.sockets_size(),
                     " that its agent lists: ask for some of them, sockets(tcp, LISTEN)");
  return answer;
}

Answer GiveCounters(const v1::CountersResponse& response) {
  Record record;
  record.counters = true;
  for (const v1::Counter& counter : response.counters())
    record.fields.push_back({counter.name(), {counter.change()}});
  return Give(response, {{std::move(record)}});
}

Answer GiveAddresses(const v1::ResolveResponse& response, bool all) {
  List list;
  for (const std::string& address : response.addresses()) list.items.push_back({Address{address}});
  if (!all && !list.items.empty()) return Give(response, {list.items.front()});
  return Give(response, {{std::move(list)}});
}

// One number is a number; several are a text, as the kernel writes them.
Answer GiveSetting(const v1::SysctlResponse& response) {
  int64_t number = 0;
  if (absl::SimpleAtoi(response.value(), &number)) return Give(response, {{number}});
  return Give(response, {{Text{response.value()}}});
}

}  // namespace

std::optional<Answer> ReadHostAnswer(const v1::Done& done, const Request& request) {
  switch (done.response_case()) {
    case v1::Done::kSockets:
      return GiveSockets(done.sockets());
    case v1::Done::kResolve:
      return GiveAddresses(done.resolve(), request.all);
    case v1::Done::kCounters:
      return GiveCounters(done.counters());
    case v1::Done::kInterfaces:
      return GiveField(done.interfaces(), "interfaces");
    case v1::Done::kSetInterface:
      return Give(done.set_interface(), {});
    case v1::Done::kRoutes:
      return GiveField(done.routes(), "routes");
    case v1::Done::kAddRoute:
      return Give(done.add_route(), {});
    case v1::Done::kDeleteRoute:
      return Give(done.delete_route(), {});
    case v1::Done::kNeighbours:
      return GiveField(done.neighbours(), "neighbours");
    case v1::Done::kAddNeighbour:
      return Give(done.add_neighbour(), {});
    case v1::Done::kDeleteNeighbour:
      return Give(done.delete_neighbour(), {});
    case v1::Done::kSysctl:
      return GiveSetting(done.sysctl());
    case v1::Done::kCancel:
      return Give(done.cancel(), {});
    case v1::Done::kBarrier:
      return Give(done.barrier(), {});
    default:
      return std::nullopt;
  }
}

}  // namespace balcony::run
