// The arguments of one call, sorted by what its signature says.
// Owns:   nothing: it borrows the call and the scope, which must outlive it.
// Errors: remembered; the first one is status(), and getters then give zero values.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "controller/run/evaluate.h"
#include "controller/script/calls.h"

namespace balcony::run {

class Arguments {
 public:
  // REQUIRES: the call passed Check.
  Arguments(const script::Call& call, const script::Signature& signature, const Scope& scope);

  bool Has(const std::string& name) const { return given_.contains(name); }
  // The words that stand for a parameter, as they are written; the first of them, or empty.
  const std::vector<std::string>& Words(const std::string& name) { return words_[name]; }
  std::string Word(const std::string& name);

  // An argument that is not given has a zero value.
  int64_t Number(const std::string& name);
  Text GetText(const std::string& name);
  Endpoint End(const std::string& name, v1::Family family);
  std::string Address(const std::string& name, v1::Family family);
  Value Any(const std::string& name);
  const script::Expr* Find(const std::string& name) const;

  // Something is wrong with them that only the call's maker sees.
  void Update(const absl::Status& status) { status_.Update(status); }
  const absl::Status& status() const { return status_; }

 private:
  const Scope& scope_;
  std::map<std::string, const script::Expr*> given_;
  std::map<std::string, std::vector<std::string>> words_;
  absl::Status status_;
};

}  // namespace balcony::run
