// The walk of the check through a script's statements: who acts, loops, lanes.
#pragma once

#include "controller/script/steps.h"

namespace balcony::script {

// Reports what is wrong with the statements, and with calls in the background that nobody joins.
void CheckStatements(Scope& scope, Findings& findings, const Body& statements);

}  // namespace balcony::script
