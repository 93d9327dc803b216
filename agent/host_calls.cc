#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/calls.h"
#include "agent/host_check.h"
#include "agent/refusal.h"
#include "agent/sysctl.h"

namespace balcony::agent::calls {
namespace {

// A change of the host: checked, allowed, made.
template <class Change, class Response>
absl::Status Make(Session& session, const absl::StatusOr<Change>& change,
                  int (*make)(const Change&), Response& response) {
  if (!change.ok()) return change.status();
  const absl::Status status = CheckOwnNetwork(session.limits());
  if (!status.ok()) return status;
  SetAnswer(make(*change), response.mutable_outcome());
  return absl::OkStatus();
}

}  // namespace

absl::Status Counters(Session& session, const v1::CountersRequest& request,
                      v1::CountersResponse& response) {
  // A name that the kernel does not know would say for ever that nothing has moved.
  if (!request.group().empty()) {
    std::vector<std::string> groups;
    const int answer = session.counters().Groups(groups);
    if (answer == 0 && std::find(groups.begin(), groups.end(), request.group()) == groups.end()) {
      return InvalidArgument(
          "group", absl::StrCat("group must be one of ", absl::StrJoin(groups, ", "), "; it is ",
                                Quoted(request.group())));
    }
  }
  const int answer = session.counters().Changes(request.group(), response.mutable_counters());
  SetAnswer(answer, response.mutable_outcome());
  return absl::OkStatus();
}

absl::Status Interfaces(Session&, const v1::InterfacesRequest&, v1::InterfacesResponse& response) {
  SetAnswer(ListInterfaces(response.mutable_interfaces()), response.mutable_outcome());
  return absl::OkStatus();
}

absl::Status SetInterface(Session& session, const v1::SetInterfaceRequest& request,
                          v1::SetInterfaceResponse& response) {
  return Make(session, CheckSetInterface(request), agent::SetInterface, response);
}

absl::Status Routes(Session&, const v1::RoutesRequest&, v1::RoutesResponse& response) {
  SetAnswer(ListRoutes(response.mutable_routes()), response.mutable_outcome());
  return absl::OkStatus();
}

absl::Status AddRoute(Session& session, const v1::AddRouteRequest& request,
                      v1::AddRouteResponse& response) {
  return Make(session, CheckRoute(request.has_route(), request.route()), agent::AddRoute, response);
}

absl::Status DeleteRoute(Session& session, const v1::DeleteRouteRequest& request,
                         v1::DeleteRouteResponse& response) {
  return Make(session, CheckRoute(request.has_route(), request.route()), agent::DeleteRoute,
              response);
}

absl::Status Neighbours(Session&, const v1::NeighboursRequest&, v1::NeighboursResponse& response) {
  SetAnswer(ListNeighbours(response.mutable_neighbours()), response.mutable_outcome());
  return absl::OkStatus();
}

absl::Status AddNeighbour(Session& session, const v1::AddNeighbourRequest& request,
                          v1::AddNeighbourResponse& response) {
  return Make(session, CheckNeighbour(request.has_neighbour(), request.neighbour()),
              agent::AddNeighbour, response);
}

absl::Status DeleteNeighbour(Session& session, const v1::DeleteNeighbourRequest& request,
                             v1::DeleteNeighbourResponse& response) {
  return Make(session, CheckNoNeighbour(request.has_neighbour(), request.neighbour()),
              agent::DeleteNeighbour, response);
}

absl::Status Sysctl(Session& session, const v1::SysctlRequest& request,
                    v1::SysctlResponse& response) {
  const std::string& name = request.name();
  absl::Status status =
      request.has_value() ? CheckSysctlWrite(name, request.value()) : CheckSysctlRead(name);
  if (status.ok() && request.has_value()) status = CheckOwnNetwork(session.limits());
  if (!status.ok()) return status;
  int answer = request.has_value() ? WriteSysctl(name, request.value()) : 0;
  if (answer == 0) answer = ReadSysctl(name, *response.mutable_value());
  SetAnswer(answer, response.mutable_outcome());
  return absl::OkStatus();
}

}  // namespace balcony::agent::calls
