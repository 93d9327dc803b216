// The question who it is, to an agent that listens: --check.
// Thread: any; waits for the answer.
// Errors: kInvalidArgument for a place where it cannot ask, kUnavailable where no agent answers in
//         time.
// Source: connect(2), socket(7) on SO_SNDTIMEO; agent.proto.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "balcony/v1/describe.pb.h"

namespace balcony::agent {

// Whether it can ask there at all: at unix:PATH, or in plain text at a loopback ADDRESS:PORT.
absl::Status CheckInquiry(const std::string& where);

absl::StatusOr<v1::DescribeResponse> Inquire(const std::string& where, absl::Duration patience);

// Who an agent is, on one line, for people.
std::string Introduction(const v1::DescribeResponse& description);

}  // namespace balcony::agent
