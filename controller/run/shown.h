// What of an answer the transcript shows.
#pragma once

#include <vector>

#include "controller/run/value.h"
#include "controller/script/ast.h"

namespace balcony::run {

// The values, but of a record too long for a line only the fields that the pattern names.
std::vector<Value> Shown(std::vector<Value> values, const script::Expect& expect);

}  // namespace balcony::run
