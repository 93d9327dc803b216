// A FABRIC slice: what fablib's Node.toDict() and Interface.toDict() say, as JSON.
// Shapes: {"nodes": […], "interfaces": […]}, or nodes alone; a value that is not there is "",
//         "None" or null. Keys may be as list_nodes(output="json") prints them, "SSH Command".
//         Pure.
// Errors: kInvalidArgument with FILE:LINE.
// Source: fablib 2.0; docs/testbeds.md. JSON is YAML, whose reader knows the lines.
#pragma once

#include "absl/status/statusor.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

absl::StatusOr<Reading> ReadSlice(const Document& document);

}  // namespace balcony::inventory
