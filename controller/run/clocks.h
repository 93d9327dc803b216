// The hosts' clocks during a run, and which steps they leave in no order.
// Owns:   the readings. Thread: one.
// Shapes: hosts of this machine have this machine's clock, and are not asked.
// Errors: kUnavailable where an agent does not answer.
// Source: docs/decisions/023.
#pragma once

#include <map>
#include <string>

#include "absl/status/status.h"
#include "balcony/v1/report.pb.h"
#include "controller/fleet/clock.h"
#include "controller/fleet/fleet.h"

namespace balcony::run {

class Clocks {
 public:
  // Reads them all: at the start, and again at the end.
  absl::Status Read(fleet::Fleet& fleet);

  // Tells both readings of each host, and for each step which earlier ones may have begun after it.
  void Tell(v1::FileReport& report) const;

 private:
  struct Readings {
    fleet::ClockReading first;
    fleet::ClockReading last;
  };

  std::map<std::string, Readings> by_host_;
};

}  // namespace balcony::run
