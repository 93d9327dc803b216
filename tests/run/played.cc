#include "tests/run/played.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controller/fleet/local.h"
#include "controller/run/play.h"
#include "controller/script/check.h"
#include "controller/script/parser.h"
#include "tests/fleet/fleets.h"
#include "tests/run/typed.h"

namespace balcony::run {
namespace {

constexpr char kHosts[] = "host romeo 10.10.0.100/24\nhost juliet 10.10.0.101/24\n";

class NoAudience : public StepLog {
  void Add(std::vector<v1::StepReport> /*steps*/, const std::string& /*prompt*/) override {}
};

}  // namespace

v1::FileReport Played(const std::string& lines, const Playing& playing) {
  std::vector<script::Diagnostic> diagnostics;
  const script::Script script =
      script::Parse("test.balcony", absl::StrCat(kHosts, lines, "\n"), diagnostics);
  const script::Topology topology = script::BuildTopology(script, {}, diagnostics);
  script::Check(script, topology, {}, diagnostics);
  for (const auto& diagnostic : diagnostics)
    ADD_FAILURE() << diagnostic.message << "; " << diagnostic.remedy;
  auto fleet = playing.loopback ? fleet::MakeLoopbackFleet(topology, fleet::TheNursery(), {})
                                : fleet::MakeLocalFleet(topology, fleet::TheNursery());
  EXPECT_TRUE(fleet.ok()) << fleet.status();
  if (!diagnostics.empty() || !fleet.ok()) return {};
  const wire::Fd typed = Typed(playing.typed);
  Input input(typed.get(), nullptr);
  NoAudience nobody;
  return Play(script, topology, **fleet, input, playing.limit, Introduce(script, topology, **fleet),
              nobody);
}

std::string Observed(const v1::FileReport& report) {
  std::string all;
  for (const v1::StepReport& step : report.steps()) {
    if (!step.observed().empty()) absl::StrAppend(&all, all.empty() ? "" : " ", step.observed());
  }
  return all;
}

}  // namespace balcony::run
