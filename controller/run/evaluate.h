// What an expression of the file comes to.
// Thread: a Scope is one lane's; the variables behind it are shared and guard themselves.
// Errors: kInvalidArgument for what check cannot find ("a number is wanted, not text"); kOutOfRange
//         when input has ended.
// Source: docs/language.md, "Names, words, values".
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controller/run/input.h"
#include "controller/run/names.h"
#include "controller/run/value.h"
#include "controller/script/ast.h"
#include "controller/script/topology.h"

namespace balcony::run {

// The variables of all hosts. Any thread; `mutex_` covers the maps.
class Variables {
 public:
  explicit Variables(size_t hosts) : hosts_(hosts) {}

  void Set(size_t host, const std::string& name, Value value);
  std::optional<Value> Find(size_t host, const std::string& name);
  std::vector<Socket> Sockets(size_t host);

 private:
  std::mutex mutex_;
  std::vector<std::map<std::string, Value>> hosts_;
};

// What never changes in a run.
struct Setting {
  const script::Script& script;
  const script::Topology& topology;
  const Names& names;
  Variables& variables;
  Input& input;
  // Whether a socket of that host has that endpoint; set only where an address does not tell hosts
  // apart, because they share one network stack.
  std::function<bool(size_t host, const Endpoint& end)> owns = nullptr;
};

// Where an expression is read: on a host, among the loop variables around it.
struct Scope {
  const Setting& setting;
  size_t self = 0;
  const std::vector<std::pair<std::string, Value>>& loops;
};

// What an expression that comes to nothing answers.
inline absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::StatusOr<Value> Evaluate(const script::Expr& expr, const Scope& scope);
// len, upper, lower and input: the calls that are values.
absl::StatusOr<Value> EvaluateCall(const script::Call& call, const Scope& scope);
absl::StatusOr<int64_t> EvaluateNumber(const script::Expr& expr, const Scope& scope);
// What a name holds, and the fields of that.
absl::StatusOr<Value> Look(const script::Ref& ref, const Scope& scope);

// ---- evaluate_address.cc
// ------------------------------------------------------------------------------------------

// What stands before the colon of an endpoint: a host's name in full ("localhost", "juliet",
// "client[2]"), or the address or name that a value holds.
absl::StatusOr<std::string> HostOrAddress(const script::Ref& ref, const Scope& scope);

// Whether it is a host that is named there, or several: "self", "juliet", "client[*]".
bool NamesHost(const script::Ref& ref, const Scope& scope);

// The hosts that a name with its index means: all of an array, some, or one. Indices into the
// topology.
absl::StatusOr<std::vector<size_t>> Hosts(const std::string& name,
                                          const std::optional<script::Index>& index,
                                          const Scope& scope);

// An endpoint, its host's name resolved in that family.
absl::StatusOr<Endpoint> EvaluateEndpoint(const script::Expr& expr, v1::Family family,
                                          const Scope& scope);

// An address without a port: a literal, a host, or what a variable holds. A host's is of that
// family; of either, if the family is not said.
absl::StatusOr<std::string> EvaluateAddress(const script::Expr& expr, v1::Family family,
                                            const Scope& scope);

}  // namespace balcony::run
