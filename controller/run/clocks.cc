#include "controller/run/clocks.h"

#include <algorithm>
#include <vector>

#include "google/protobuf/util/time_util.h"

namespace balcony::run {
namespace {

using google::protobuf::util::TimeUtil;

// A loop of many rounds on many hosts: each step is compared with so many before it.
constexpr int kLookBack = 256;

void Set(const fleet::ClockReading& reading, v1::ClockReading& told) {
  *told.mutable_offset() =
      TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(reading.offset));
  *told.mutable_error() = TimeUtil::NanosecondsToDuration(absl::ToInt64Nanoseconds(reading.error));
}

// When a step began, by the controller's clock: not before, and not after.
struct Bounds {
  int64_t least = 0;  // nanoseconds since 1970
  int64_t most = 0;
};

// An offset that moved during the run was anything between its two readings.
Bounds BoundsOf(const v1::StepReport& step, const v1::HostReport& host) {
  const int64_t began = TimeUtil::TimestampToNanoseconds(step.started());
  if (!host.has_clock_at_start()) return {began, began};
  const auto offset = [](const v1::ClockReading& reading) {
    return TimeUtil::DurationToNanoseconds(reading.offset());
  };
  const auto error = [](const v1::ClockReading& reading) {
    return TimeUtil::DurationToNanoseconds(reading.error());
  };
  const v1::ClockReading& first = host.clock_at_start();
  const v1::ClockReading& last = host.clock_at_end();
  return {began - std::max(offset(first) + error(first), offset(last) + error(last)),
          began - std::min(offset(first) - error(first), offset(last) - error(last))};
}

// Whether the controller knew that the one had begun before it asked for the other.
bool IsAsked(const v1::StepReport& after, const v1::StepReport& before) {
  return TimeUtil::DurationToNanoseconds(after.asked()) >=
         TimeUtil::DurationToNanoseconds(before.known());
}

}  // namespace

absl::Status Clocks::Read(fleet::Fleet& fleet) {
  if (fleet.on_this_machine) return absl::OkStatus();
  for (const fleet::FleetHost& host : fleet.hosts) {
    const absl::StatusOr<fleet::ClockReading> reading = fleet::ReadClock(*host.agent);
    if (!reading.ok()) return reading.status();
    by_host_.emplace(host.name, Readings{*reading, *reading}).first->second.last = *reading;
  }
  return absl::OkStatus();
}

void Clocks::Tell(v1::FileReport& report) const {
  std::map<std::string, const v1::HostReport*> hosts;
  for (v1::HostReport& host : *report.mutable_hosts()) {
    hosts[host.name()] = &host;
    const auto readings = by_host_.find(host.name());
    if (readings == by_host_.end()) continue;
    Set(readings->second.first, *host.mutable_clock_at_start());
    Set(readings->second.last, *host.mutable_clock_at_end());
  }
  if (by_host_.empty()) return;
  for (int i = 0; i < report.steps_size(); ++i) {
    v1::StepReport& step = *report.mutable_steps(i);
    if (!step.has_started()) continue;
    const Bounds bounds = BoundsOf(step, *hosts.at(step.host()));
    for (int j = std::max(0, i - kLookBack); j < i; ++j) {
      const v1::StepReport& earlier = report.steps(j);
      if (!earlier.has_started() || earlier.host() == step.host()) continue;
      if (IsAsked(step, earlier) || IsAsked(earlier, step)) continue;
      const Bounds others = BoundsOf(earlier, *hosts.at(earlier.host()));
      if (bounds.least <= others.most && others.least <= bounds.most) {
        step.add_order_undecided(static_cast<uint32_t>(j));
      }
    }
  }
}

}  // namespace balcony::run
