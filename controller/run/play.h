// Plays a checked script on a fleet.
// Thread: one; agents and lanes have threads of their own.
// Source: docs/language.md.
#pragma once

#include "absl/time/time.h"
#include "balcony/v1/report.pb.h"
#include "controller/fleet/fleet.h"
#include "controller/run/input.h"
#include "controller/run/step_log.h"
#include "controller/script/ast.h"
#include "controller/script/topology.h"

namespace balcony::run {

// How long a run may take, unless it is told otherwise.
inline constexpr absl::Duration kDefaultLimit = absl::Minutes(2);

// What is known of a run before its first step: the file, the fleet, the hosts and their agents,
// the parameters.
v1::FileReport Introduce(const script::Script& script, const script::Topology& topology,
                         const fleet::Fleet& fleet);

// Plays the whole file, or up to the first step that fails. Steps are told to `audience` as they
// end, and are in the report too, which goes on from `introduction`. REQUIRES: the script
// passed Check; the fleet was made for this topology.
v1::FileReport Play(const script::Script& script, const script::Topology& topology,
                    fleet::Fleet& fleet, Input& input, absl::Duration limit,
                    v1::FileReport introduction, StepLog& audience);

}  // namespace balcony::run
