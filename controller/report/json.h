// A run as programs read it.
// Source: proto/balcony/v1/report.proto; the JSON mapping of Protocol Buffers.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "balcony/v1/report.pb.h"

namespace balcony::report {

// The report as JSON, field names as in the proto, a newline at the end.
absl::StatusOr<std::string> Json(const v1::Report& report);

}  // namespace balcony::report
