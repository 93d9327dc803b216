#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/flags.h"
#include "agent/transfer.h"

namespace balcony::agent::calls {
namespace {

// What `until` is: a recv of its own, which the kernel has no flag for.
absl::Status CheckUntil(const std::string& delimiter, const Flags& flags) {
  absl::Status status = agent::CheckUntil(delimiter);
  if (!status.ok()) return status;
  for (const v1::Flag flag : {v1::FLAG_PEEK, v1::FLAG_OOB, v1::FLAG_WAITALL}) {
    if (flags.Has(flag)) {
      return InvalidArgument(
          "until", absl::StrCat("until and ", v1::Flag_Name(flag), " exclude each other"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Send(Session& session, const Turn& turn, v1::SendRequest& request) {
  const auto flags = CheckFlags(request.flags(), {v1::FLAG_DONTWAIT, v1::FLAG_OOB, v1::FLAG_MORE});
  if (!flags.ok()) return flags.status();
  Sending::Request sending;
  sending.flags = *flags;
  return BeginSending<&v1::Done::mutable_send>(session, turn, request, std::move(sending));
}

absl::Status Sendall(Session& session, const Turn& turn, v1::SendallRequest& request) {
  Sending::Request sending;
  sending.all = true;
  return BeginSending<&v1::Done::mutable_sendall>(session, turn, request, std::move(sending));
}

absl::Status Sendto(Session& session, const Turn& turn, v1::SendtoRequest& request) {
  const auto flags = CheckFlags(
      request.flags(), {v1::FLAG_DONTWAIT, v1::FLAG_OOB, v1::FLAG_MORE, v1::FLAG_FASTOPEN});
  if (!flags.ok()) return flags.status();
  const auto address = CheckAddress(request.has_address(), request.address());
  if (!address.ok()) return address.status();
  Sending::Request sending;
  sending.to = *address;
  sending.flags = *flags;
  return BeginSending<&v1::Done::mutable_sendto>(session, turn, request, std::move(sending));
}

absl::Status Recv(Session& session, const Turn& turn, v1::RecvRequest& request) {
  const auto flags = CheckFlags(request.flags(),
                                {v1::FLAG_DONTWAIT, v1::FLAG_PEEK, v1::FLAG_OOB, v1::FLAG_WAITALL});
  if (!flags.ok()) return flags.status();
  Receiving::Request receiving;
  receiving.flags = *flags;
  if (request.has_until()) {
    absl::Status status = CheckUntil(request.until(), *flags);
    if (!status.ok()) return status;
    receiving.delimiter = std::move(*request.mutable_until());
  }
  return BeginReceiving<&v1::Done::mutable_recv>(session, turn, request, std::move(receiving));
}

absl::Status Recvfrom(Session& session, const Turn& turn, v1::RecvfromRequest& request) {
  const auto flags = CheckFlags(request.flags(),
                                {v1::FLAG_DONTWAIT, v1::FLAG_PEEK, v1::FLAG_OOB, v1::FLAG_WAITALL});
  if (!flags.ok()) return flags.status();
  Receiving::Request receiving;
  receiving.flags = *flags;
  return BeginReceiving<&v1::Done::mutable_recvfrom>(session, turn, request, std::move(receiving));
}

}  // namespace balcony::agent::calls
