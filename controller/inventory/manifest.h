// A manifest RSpec: what CloudLab, Emulab and GENI say of an experiment that is there.
// Shapes: nodes with logins become hosts; the addresses of their interfaces are data, and what the
//         login goes to never is. Several RSpecs may stand in one document. Pure.
// Errors: kInvalidArgument with FILE:LINE; a request, a DOCTYPE, what is too deep.
// Source: http://www.geni.net/resources/rspec/3; docs/testbeds.md.
#pragma once

#include "absl/status/statusor.h"
#include "controller/inventory/document.h"

namespace balcony::inventory {

absl::StatusOr<Reading> ReadManifest(const Document& document, const Chooser& chooser);

}  // namespace balcony::inventory
