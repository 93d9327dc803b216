// Whether a pattern can match what a call gives.
#pragma once

#include "controller/script/values.h"

namespace balcony::script {

void CheckExpect(const Place& place, const Expect& expect, const Signature& signature,
                 const Call& call);

}  // namespace balcony::script
