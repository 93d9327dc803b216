// What a request must be before anything is done: present, in its range, of a known kind.
// Errors: kInvalidArgument with the field's name and what is right instead.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/endpoint.h"
#include "agent/limits.h"
#include "balcony/v1/session.pb.h"

namespace balcony::agent {

// 1 to 64 characters, none of them a control character.
absl::Status CheckName(const std::string& field, const std::string& name);

absl::Status CheckFamily(v1::Family family);
absl::Status CheckTransport(v1::Transport transport);
// Which protocols a socket of this family and transport may have: RAW needs one, others take none.
absl::Status CheckProtocol(v1::Family family, v1::Transport transport, v1::Protocol protocol);
absl::Status CheckState(v1::State state);
absl::Status CheckHow(v1::How how);

// The endpoint in the field "address", which is required.
absl::StatusOr<Address> CheckAddress(bool present, const v1::Endpoint& endpoint);

// The data in the field "data", which is required.
absl::Status CheckData(bool present, const v1::Data& data, bool is_tcp, const Limits& limits);

// The field "max_bytes", which is required.
absl::Status CheckMaxBytes(bool present, int64_t max_bytes, const Limits& limits);
absl::Status CheckUntil(const std::string& delimiter);

// A duration of 0 or more.
absl::StatusOr<absl::Duration> CheckDuration(const std::string& field,
                                             const google::protobuf::Duration& duration);

// The agent's limit if the call names none.
absl::StatusOr<absl::Duration> CheckPatience(const v1::Call& call, const Limits& limits);

}  // namespace balcony::agent
