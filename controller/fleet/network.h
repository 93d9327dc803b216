// A host's own network: a namespace with `lo` and TAP interfaces, as a plan says.
// Thread: the calling thread moves into the new namespace; it must be the only one of its process.
// Errors: kPermissionDenied where the kernel forbids a namespace or a TAP, kResourceExhausted where
//         it has no more, both with the remedy; kInvalidArgument for a kernel parameter that is not
//         there, kFailedPrecondition for one that the kernel does not set so.
// Source: network_namespaces(7); linux/Documentation/networking/tuntap.rst.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "controller/fleet/nursery.pb.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {

// Moves into a new network and gives the TAPs of its interfaces, in the plan's order. The network
// lives as long as the process, a process that it starts from now on, or one of the TAPs.
absl::StatusOr<std::vector<wire::Fd>> EnterNetwork(const RaiseRequest& plan);

}  // namespace balcony::fleet
