// What the kernel's no means for a run: it forbids, or it has run out.
// Source: errno(3).
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace balcony::fleet {

// kPermissionDenied, and `remedy`, for what this user, kernel or container may not do;
// kResourceExhausted, and which limit to raise, for all else.
absl::Status Refused(int error, absl::string_view what, absl::string_view remedy);

}  // namespace balcony::fleet
