// The settings of the kernel's network stack, and which of them may be read and set.
// Thread: any.
// Shapes: names are checked letter by letter before they become a path: nothing outside of
//         /proc/sys/net is ever opened.
// Errors: 0, or the errno of reading or writing; kInvalidArgument for what is no name or value,
//         kPermissionDenied for a setting that is none of ours.
// Source: sysctl(8), proc(5), ip-sysctl of the kernel's documentation.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace balcony::agent {

absl::Status CheckSysctlRead(const std::string& name);
absl::Status CheckSysctlWrite(const std::string& name, const std::string& value);

// REQUIRES: its check is ok.
int ReadSysctl(const std::string& name, std::string& value);
int WriteSysctl(const std::string& name, const std::string& value);

}  // namespace balcony::agent
