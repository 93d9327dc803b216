// Plays a script on real hosts, and holds what came of it.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "balcony/v1/report.pb.h"

namespace balcony::run {

// How a test's run differs from the usual.
struct Playing {
  std::string typed;  // at `input`
  absl::Duration limit = absl::Minutes(1);
  bool loopback = false;  // on loopback addresses, where hosts share one network
};

// `lines` come after "host romeo 10.10.0.100/24" and "host juliet 10.10.0.101/24".
v1::FileReport Played(const std::string& lines, const Playing& playing = {});

// What each step gave: "51 EADDRINUSE eof"; steps that give nothing are left out.
std::string Observed(const v1::FileReport& report);

}  // namespace balcony::run
