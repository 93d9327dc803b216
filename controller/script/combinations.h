// Arguments that are right one by one, and that an agent refuses together.
#pragma once

#include "controller/script/names.h"

namespace balcony::script {

// REQUIRES: each argument by itself was checked.
void CheckCombinations(const Place& place, const Call& call, const Signature& signature);

}  // namespace balcony::script
