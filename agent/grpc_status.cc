#include "agent/grpc_status.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/refusal.h"

namespace balcony::agent {

grpc::Status ToGrpcStatus(const v1::Refused& refused) {
  // session.proto: names and numbers are those of gRPC's status codes.
  const auto code = static_cast<grpc::StatusCode>(refused.code());
  if (absl::StrContains(refused.message(), refused.field())) return {code, refused.message()};
  return {code, absl::StrCat(refused.field(), ": ", refused.message())};
}

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  // A session's events have no such code; an RPC has.
  if (absl::IsUnavailable(status)) {
    return {grpc::StatusCode::UNAVAILABLE, std::string(status.message())};
  }
  return ToGrpcStatus(ToRefused(status));
}

}  // namespace balcony::agent
