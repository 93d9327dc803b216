// Whether an endpoint or an address is what a pattern says.
// Source: docs/language.md, "Patterns".
#pragma once

#include "absl/status/statusor.h"
#include "controller/run/evaluate.h"
#include "controller/script/ast.h"

namespace balcony::run {

absl::StatusOr<bool> MatchEndpoint(const script::Endpoint& pattern, const Value& value,
                                   const Scope& scope);

// An address against a host's name: juliet, client[*], localhost.
absl::StatusOr<bool> MatchHostName(const script::Ref& host, const Address& address,
                                   const Scope& scope);

// An address, or a text that is one, against a literal.
bool MatchAddress(const script::Address& pattern, const Value& value, const Scope& scope);

}  // namespace balcony::run
