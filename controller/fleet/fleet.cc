#include "controller/fleet/fleet.h"

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"

namespace balcony::fleet {
namespace {

constexpr std::chrono::seconds kBurial(2);  // of all together
constexpr std::chrono::seconds kRest(10);

}  // namespace

Fleet::~Fleet() {
  lookout.reset();
  hosts.clear();
  wire.reset();
  for (const auto& process : processes) process->Kill();
  const auto give_up = std::chrono::steady_clock::now() + kBurial;
  for (const auto& process : processes) {
    process->WaitUntilEnded(absl::FromChrono(give_up - std::chrono::steady_clock::now()));
  }
  ground.reset();
}

absl::Status Fleet::AwaitBarriers() {
  std::vector<std::pair<const FleetHost*, std::shared_ptr<PendingCall>>> barriers;
  for (const FleetHost& host : hosts) {
    if (host.agent->blocked_calls() == 0) continue;
    v1::Call call;
    call.mutable_barrier();
    barriers.emplace_back(&host, host.agent->Start(std::move(call)));
  }
  for (const auto& [host, barrier] : barriers) {
    if (!barrier->WaitUntilEnded(kAnswer)) {
      return absl::UnavailableError(absl::StrCat("the agent of ", host->name, " does not answer"));
    }
    if (!barrier->result().ok()) return barrier->result().status();
  }
  return absl::OkStatus();
}

absl::Status Fleet::Settle() {
  if (wire == nullptr) return AwaitBarriers();
  const auto start = std::chrono::steady_clock::now();
  uint64_t before = wire->Drain();
  while (true) {
    if (absl::Status told = AwaitBarriers(); !told.ok()) return told;
    const uint64_t after = wire->Drain();
    if (after == before) return absl::OkStatus();
    before = after;
    const auto waited = std::chrono::steady_clock::now() - start;
    if (waited > kRest) {
      return absl::DeadlineExceededError(
          absl::StrCat("the wire did not come to rest: the hosts have been sending for ",
                       absl::ToInt64Seconds(absl::FromChrono(waited)), " seconds"));
    }
  }
}

absl::StatusOr<std::vector<v1::DescribeResponse>> DescribeAll(const Fleet& fleet) {
  std::vector<v1::DescribeResponse> descriptions;
  for (const FleetHost& host : fleet.hosts) {
    absl::StatusOr<v1::DescribeResponse> description = host.agent->Describe();
    if (!description.ok()) {
      return absl::Status(description.status().code(),
                          absl::StrCat(host.name, ": ", description.status().message()));
    }
    descriptions.push_back(*std::move(description));
  }
  return descriptions;
}

}  // namespace balcony::fleet
