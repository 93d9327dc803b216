#include "agent/grpc_log.h"

#include <grpc/support/log.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clock.h"
#include "agent/log.h"
#include "agent/mutex.h"
#include "agent/seldom.h"

namespace balcony::agent {
namespace {

std::optional<uint64_t> Tell() {
  static Mutex mutex;
  static Seldom seldom;
  static const Clock clock;
  MutexLock lock(mutex);
  return seldom.Tell(clock.Now());
}

void LogComplaint(gpr_log_func_args* args) {
  const std::optional<uint64_t> others = Tell();
  if (!others) return;
  LogWarning("gRPC complains", {{"what", std::string(absl::StripAsciiWhitespace(args->message))},
                                {"others", absl::StrCat(*others)}});
}

}  // namespace

void LogForGrpc() { gpr_set_log_function(LogComplaint); }

}  // namespace balcony::agent
