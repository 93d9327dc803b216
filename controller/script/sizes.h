// Patterns that no call of this size can match: `send("abc") => 4`, `recv(5) => 10 bytes`.
// Shapes: judges what is certain before anything runs, and nothing else: numbers, and the lengths
//         of texts.
#pragma once

#include "controller/script/names.h"

namespace balcony::script {

void CheckSizes(const Place& place, const Expect& expect, const Signature& signature,
                const Call& call);

}  // namespace balcony::script
