// ssh command lines as portals print them, one a line.
// Shapes: "NAME=" or "NAME:" may stand in front; without it the host's first label is the name.
//         A line stays as it is. Blank lines and # comments are passed over. Pure.
// Errors: kInvalidArgument with FILE:LINE.
// Source: docs/testbeds.md.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

// Whether a line is one of these.
bool IsSshLine(std::string_view line);

absl::StatusOr<Reading> ReadSshLines(const Document& document);

}  // namespace balcony::inventory
