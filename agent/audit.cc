#include "agent/audit.h"

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/log.h"

namespace balcony::agent {
namespace {

std::string NextNumber() {
  static std::atomic<uint64_t> last = 0;
  return absl::StrCat(++last);
}

}  // namespace

Audit::Audit(Caller caller) : caller_(std::move(caller)), session_(NextNumber()) {
  LogInfo("session opened",
          {{"session", session_}, {"peer", caller_.peer}, {"identity", caller_.identity}});
}

void Audit::Denied(absl::Time now, std::string_view call, std::string_view socket,
                   std::string_view why) {
  ++denied_;
  const std::optional<uint64_t> left_out = denials_.Tell(now);
  if (!left_out) return;
  LogWarning("call denied", {{"session", session_},
                             {"peer", caller_.peer},
                             {"identity", caller_.identity},
                             {"call", call},
                             {"socket", socket},
                             {"why", why},
                             {"left_out", absl::StrCat(*left_out)}});
}

Audit::~Audit() {
  LogInfo("session ended", {{"session", session_},
                            {"peer", caller_.peer},
                            {"identity", caller_.identity},
                            {"calls", absl::StrCat(calls_)},
                            {"denied", absl::StrCat(denied_)},
                            {"left_out", absl::StrCat(denials_.left_out())}});
}

}  // namespace balcony::agent
