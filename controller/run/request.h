// From a call in the file to a call on the wire.
// Source: docs/language.md, "Calls"; proto/balcony/v1/session.proto.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "balcony/v1/session.pb.h"
#include "controller/run/evaluate.h"
#include "controller/script/ast.h"

namespace balcony::run {

struct Request {
  v1::Call call;
  std::optional<Socket> on;    // the socket that it is made on
  std::optional<Socket> made;  // the socket that it makes, if it succeeds
  bool all = false;            // resolve: all addresses, and not the first
};

// What a sending call sends, where the file has a name for it; absent where the text stands there.
std::optional<Text> DataOf(const script::Call& call, const Request& request);

// `fresh_name` is what a socket that the call makes shall be called in its session.
// Errors: kInvalidArgument, as Evaluate; a call that no agent does is kInternal, since check finds
// it.
absl::StatusOr<Request> MakeRequest(const script::Call& call, const Scope& scope,
                                    const std::string& fresh_name);

}  // namespace balcony::run
