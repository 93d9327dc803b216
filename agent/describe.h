// What this agent is and where it runs.
// Thread: any.
// Shapes: what cannot be found out (no /proc in an empty root) is left empty.
// Source: uname(2), capget(2), capabilities(7), namespaces(7), rtnetlink(7), ip-sysctl of the
//         kernel's documentation.
#pragma once

#include "agent/clock.h"
#include "agent/limits.h"
#include "balcony/v1/describe.pb.h"

namespace balcony::agent {

v1::DescribeResponse Describe(const Clock& clock, const Limits& limits);

}  // namespace balcony::agent
