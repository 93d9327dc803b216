// What is wrong with a name, where the check is: hosts, variables, their fields, endpoints.
// Shapes: a type that is not known is not judged, so that one mistake is reported once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/script/findings.h"
#include "controller/script/scope.h"

namespace balcony::script {

// Where the check is: what it knows, whom it tells, who acts. All borrowed.
struct Place {
  Scope& scope;
  Findings& findings;
  size_t host = 0;
};

// "a text", "an endpoint"
std::string Article(Type type);

// "a, b or c"
std::string Listed(const std::vector<std::string>& words);

// Its value where that is a number and known already.
std::optional<int64_t> KnownNumber(const Place& place, const Expr& expression);

// Whether it names a host: romeo, client[2], self, localhost; not romeo.port, which is a variable.
bool IsHost(const Place& place, const Ref& ref);

// The hosts of a name with an index; reports what is wrong with it. `any` if client[*] and
// client[1..3] may stand here.
std::vector<size_t> HostsOf(const Place& place, const std::string& name, const Index* index,
                            const Span& span, bool any);

// The type of what a reference reads; nothing if it may not be read here, which is reported.
Known TypeOfRef(const Place& place, const Ref& ref, const Span& span);

// Its host and its ports; wildcards and ranges may stand in a pattern alone.
void CheckEndpoint(const Place& place, const Endpoint& endpoint, const Span& span, bool pattern);

}  // namespace balcony::script
