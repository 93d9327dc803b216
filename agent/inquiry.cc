#include "agent/inquiry.h"

#include <grpcpp/create_channel_posix.h>
#include <grpcpp/grpcpp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "agent/listener.h"
#include "agent/outcome.h"
#include "balcony/v1/agent.grpc.pb.h"

namespace balcony::agent {
namespace {

absl::Status NotInTime(const std::string& where, absl::Duration patience) {
  return absl::UnavailableError(absl::StrCat("whoever listens on ", where, " has not answered for ",
                                             absl::FormatDuration(patience)));
}

absl::StatusOr<Fd> ConnectTo(const std::string& where, absl::Duration patience) {
  absl::string_view path = where;
  if (absl::ConsumePrefix(&path, "unix:")) return ConnectToPath(std::string(path), patience);
  const absl::StatusOr<Address> address = ParseAddress(where);
  if (!address.ok()) return address.status();
  Fd made(socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.ok()) return absl::UnavailableError(ErrnoName(errno));
  const timeval longest = absl::ToTimeval(patience);
  setsockopt(made.get(), SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
  if (connect(made.get(), address->get(), address->size()) == 0) return made;
  if (errno == EINPROGRESS) return absl::DeadlineExceededError("");
  return absl::UnavailableError(absl::StrCat("cannot connect to ", where, ": ", ErrnoName(errno)));
}

}  // namespace

absl::Status CheckInquiry(const std::string& where) {
  const absl::StatusOr<bool> open = IsOpenToOthers(where);
  if (!open.ok() || !*open) return open.status();
  return absl::InvalidArgumentError(
      absl::StrCat(where, " is not a loopback address, and nothing is asked in plain text there"));
}

absl::StatusOr<v1::DescribeResponse> Inquire(const std::string& where, absl::Duration patience) {
  const absl::Time give_up = absl::Now() + patience;
  absl::StatusOr<Fd> stream = ConnectTo(where, patience);
  if (absl::IsDeadlineExceeded(stream.status())) return NotInTime(where, patience);
  if (!stream.ok()) {
    return absl::UnavailableError(
        absl::StrCat("no agent answers: ", std::string(stream.status().message())));
  }
  const auto stub =
      v1::Agent::NewStub(grpc::CreateInsecureChannelFromFd("balcony-agent", stream->Release()));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(give_up));
  v1::DescribeResponse description;
  const grpc::Status status = stub->Describe(&context, {}, &description);
  if (status.ok()) return description;
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return NotInTime(where, patience);
  return absl::UnavailableError(
      absl::StrCat("whoever listens on ", where,
                   " is no agent that speaks in plain text: ", status.error_message()));
}

std::string Introduction(const v1::DescribeResponse& description) {
  std::vector<std::string> addresses;
  for (const v1::Interface& interface : description.interfaces()) {
    for (const auto& address : interface.addresses()) addresses.push_back(address.address());
  }
  const v1::Kernel& kernel = description.kernel();
  return absl::StrCat("balcony-agent ", description.version(), " on ", description.hostname(), ", ",
                      kernel.sysname(), " ", kernel.release(), " ", kernel.machine(), ", ",
                      addresses.empty() ? "without an address" : absl::StrJoin(addresses, " "));
}

}  // namespace balcony::agent
