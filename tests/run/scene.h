// A parsed script and all that reading its expressions takes, without a fleet: for tests of what is
// pure in run/.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "controller/run/evaluate.h"
#include "controller/script/parser.h"
#include "tests/run/typed.h"

namespace balcony::run {

// Names alone, for tests that need no script.
inline const Names kRomeoAndJuliet({{"romeo", {"10.10.0.100"}, "127.0.0.1"},
                                    {"juliet", {"10.10.0.101", "fd00::2"}, "127.0.0.1"}},
                                   {});

class Scene {
 public:
  // Two hosts and two clients; `lines` is the rest of the script. What is typed at `input` is
  // `typed`.
  explicit Scene(const std::string& lines, const std::string& typed = "")
      : script_(script::Parse("test.balcony", kHosts + lines + "\n", diagnostics_)),
        topology_(script::BuildTopology(script_, {}, diagnostics_)),
        typed_(Typed(typed)) {
    for (const auto& diagnostic : diagnostics_)
      ADD_FAILURE() << diagnostic.message << "; " << diagnostic.remedy;
  }

  Scope scope() { return {setting_, 0, loops_}; }
  Variables& variables() { return variables_; }
  const Names& names() const { return names_; }
  const script::Script& script() const { return script_; }

  // The last statement, which must be a step.
  const script::Step& step() const {
    return std::get<script::Step>(script_.statements.back().node);
  }
  // The value of its first argument.
  absl::StatusOr<Value> Argument() { return Evaluate(*step().call.args.front().value, scope()); }

 private:
  static constexpr char kHosts[] =
      "host romeo 10.10.0.100/24\nhost juliet 10.10.0.101/24 fd00::2/64\nhost client[1..2] "
      "10.10.0.11/24\n";

  std::vector<script::Diagnostic> diagnostics_;
  const script::Script script_;
  const script::Topology topology_;
  const Names names_{{{"romeo", {"10.10.0.100"}, "127.0.0.1"},
                      {"juliet", {"10.10.0.101", "fd00::2"}, "127.0.0.1"},
                      {"client[1]", {"10.10.0.11"}, "127.0.0.1"},
                      {"client[2]", {"10.10.0.12"}, "127.0.0.1"}},
                     {{"192.0.2.1", "127.5.0.1"}}};
  Variables variables_{4};
  const wire::Fd typed_;
  Input input_{typed_.get(), nullptr};
  const Setting setting_{script_, topology_, names_, variables_, input_};
  const std::vector<std::pair<std::string, Value>> loops_;
};

}  // namespace balcony::run
