#include "agent/calls.h"
#include "agent/check.h"

namespace balcony::agent::calls {

absl::Status Cancel(Session& session, const v1::CancelRequest& request,
                    v1::CancelResponse& response) {
  response.set_found(session.Cancel(request.id()));
  SetAnswer(0, response.mutable_outcome());
  return absl::OkStatus();
}

absl::StatusOr<agent::Sockets::Entry*> Named(Session& session, const std::string& name) {
  const absl::Status status = CheckName("socket", name);
  if (!status.ok()) return status;
  return session.sockets().Named(name);
}

absl::StatusOr<agent::Sockets::Entry*> OpenNamed(Session& session, const std::string& name) {
  const absl::Status status = CheckName("socket", name);
  if (!status.ok()) return status;
  return session.sockets().OpenNamed(name);
}

}  // namespace balcony::agent::calls
