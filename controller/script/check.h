// All that can be found wrong with a script without running it.
// Shapes: pure; diagnostics in the file's order.
// Knows:  names, arity, types of arguments and results, joins of background calls, lanes, patterns
//         that cannot match the call's result. It does not judge socket states, blocking or values:
//         `listen` on UDP is a lesson.
// Source: docs/language.md, "Errors in a file".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "controller/script/ast.h"
#include "controller/script/topology.h"

namespace balcony::script {

// `overrides` are the -D NAME=VALUE of the command line; one that the script does not `set` is a
// diagnostic.
void Check(const Script& script, const Topology& topology,
           const std::map<std::string, std::string>& overrides,
           std::vector<Diagnostic>& diagnostics);

}  // namespace balcony::script
