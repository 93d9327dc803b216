// "Could not act": how a call is refused, and the one place where that becomes an event.
// Shapes: an absl::Status whose message says what to do, with the request's field at fault
//         attached.
// Errors: kInvalidArgument names a field; kNotFound, kAlreadyExists, kFailedPrecondition and
//         kResourceExhausted are as in session.proto; kInternal is our own bug.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent {

absl::Status Refusal(absl::StatusCode code, absl::string_view field, absl::string_view message);
absl::Status InvalidArgument(absl::string_view field, absl::string_view message);

// What a client wrote, in quotes and escaped; of a long text the beginning.
std::string Quoted(absl::string_view text);

// What a client has for an enum: its name, "FLAG_MORE", or the number where that has none.
std::string NameOrNumber(const std::string& name, int number);

// REQUIRES: !status.ok().
v1::Refused ToRefused(const absl::Status& status);

}  // namespace balcony::agent
