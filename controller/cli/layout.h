// How wide a script's transcript is.
#pragma once

#include "controller/report/transcript.h"
#include "controller/script/ast.h"
#include "controller/script/topology.h"

namespace balcony::cli {

report::Layout MakeLayout(const script::Script& script, const script::Topology& topology,
                          bool colour);

}  // namespace balcony::cli
