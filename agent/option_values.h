// The values of options, between the contract and the kernel.
// Units:  a duration that the kernel counts in seconds, milliseconds or microseconds is a whole
//         number of them.
// Errors: a value that is missing, of another kind or that the kernel's type cannot hold is
//         kInvalidArgument and names the field; the rest is the kernel's to answer.
// Source: getsockopt(2), setsockopt(2), and as options.h.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "agent/options.h"
#include "agent/socket.h"
#include "balcony/v1/option.pb.h"

namespace balcony::agent {

// The field of OptionValue that holds a value of this kind.
const std::string& FieldOf(Kind kind);

// What setsockopt(2) takes, from the field "value".
absl::StatusOr<std::string> ToKernel(const Option& option, const v1::OptionValue& value);

// The kernel's answers: 0, or errno(3).
int GetOption(const Socket& socket, const Option& option, v1::OptionValue& value);
int SetOption(const Socket& socket, const Option& option, const std::string& bytes);

}  // namespace balcony::agent
