#include "agent/calls.h"
#include "agent/option_values.h"
#include "agent/options.h"
#include "agent/permit.h"
#include "agent/refusal.h"

namespace balcony::agent::calls {

absl::Status Getsockopt(Session& session, const v1::GetsockoptRequest& request,
                        v1::GetsockoptResponse& response) {
  const auto option = FindOption(request.option());
  if (!option.ok()) return option.status();
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  v1::OptionValue value;
  const int answer = GetOption((*entry)->socket, **option, value);
  SetAnswer(answer, response.mutable_outcome());
  if (answer == 0) *response.mutable_value() = value;
  return absl::OkStatus();
}

absl::Status Setsockopt(Session& session, const v1::SetsockoptRequest& request,
                        v1::SetsockoptResponse& response) {
  const auto option = FindOption(request.option());
  if (!option.ok()) return option.status();
  const auto bytes = ToKernel(**option, request.value());
  if (!bytes.ok()) return bytes.status();
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  if (request.option() == "IP_HDRINCL") {
    const absl::Status permitted = PermitOwnHeader(session, "option");
    if (!permitted.ok()) return permitted;
  }
  const agent::Socket& socket = (*entry)->socket;
  const int answer = SetOption(socket, **option, *bytes);
  SetAnswer(answer, response.mutable_outcome());
  v1::OptionValue now;
  if (answer == 0 && (*option)->access != OptionAccess::kWrite &&
      GetOption(socket, **option, now) == 0) {
    *response.mutable_value() = now;
  }
  return absl::OkStatus();
}

}  // namespace balcony::agent::calls
