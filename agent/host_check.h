// What a request about the host must be before anything is done.
// Errors: kInvalidArgument with the field's name and what is right instead; kPermissionDenied for a
//         change where the network namespace is not the agent's own.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/interfaces.h"
#include "agent/limits.h"
#include "agent/neighbours.h"
#include "agent/routes.h"
#include "balcony/v1/host.pb.h"

namespace balcony::agent {

absl::Status CheckOwnNetwork(const Limits& limits);

absl::StatusOr<InterfaceChange> CheckSetInterface(const v1::SetInterfaceRequest& request);

// The field "route", which is required.
absl::StatusOr<RouteChange> CheckRoute(bool present, const v1::Route& route);

// The field "neighbour", which is required; its hardware address too, unless it is to be forgotten.
absl::StatusOr<NeighbourChange> CheckNeighbour(bool present, const v1::Neighbour& neighbour);
absl::StatusOr<NeighbourChange> CheckNoNeighbour(bool present, const v1::Neighbour& neighbour);

}  // namespace balcony::agent
