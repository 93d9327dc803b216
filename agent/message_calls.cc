#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/flags.h"
#include "agent/message.h"
#include "agent/transfer.h"

namespace balcony::agent::calls {
namespace {

constexpr int64_t kMostControlBytes = 65536;
constexpr size_t kControlBytes = 1024;

// A socket has a family from its birth, and getsockname(2) tells it.
int FamilyOf(const agent::Socket& socket) {
  Address local;
  return socket.Getsockname(local) == 0 ? local.family() : 0;
}

// The address that a datagram comes from is one that a socket might bind to.
absl::Status PermitSource(Session& session, agent::Sockets::Entry& entry,
                          const v1::PacketInfo& pktinfo)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex()) {
  if (pktinfo.address().empty()) return absl::OkStatus();
  v1::Endpoint endpoint;
  endpoint.set_address(pktinfo.address());
  const auto source = ParseEndpoint("pktinfo", endpoint);
  return source.ok() ? PermitBind(session, entry, *source) : source.status();
}

}  // namespace

absl::Status Sendmsg(Session& session, const Turn& turn, v1::SendmsgRequest& request) {
  const auto flags =
      CheckFlags(request.flags(), {v1::FLAG_DONTWAIT, v1::FLAG_OOB, v1::FLAG_MORE,
                                   v1::FLAG_FASTOPEN, v1::FLAG_DONTROUTE, v1::FLAG_CONFIRM});
  if (!flags.ok()) return flags.status();
  Sending::Request sending;
  sending.flags = *flags;
  if (request.has_address()) {
    const auto address = CheckAddress(true, request.address());
    if (!address.ok()) return address.status();
    sending.to = *address;
  }
  const auto entry = OpenNamed(session, request.socket());
  if (!entry.ok()) return entry.status();
  auto control = BuildControl(request, FamilyOf((*entry)->socket));
  if (!control.ok()) return control.status();
  const absl::Status permitted = PermitSource(session, **entry, request.pktinfo());
  if (!permitted.ok()) return permitted;
  sending.control = *std::move(control);
  return BeginSending<&v1::Done::mutable_sendmsg>(session, turn, request, std::move(sending));
}

absl::Status Recvmsg(Session& session, const Turn& turn, v1::RecvmsgRequest& request) {
  const auto flags =
      CheckFlags(request.flags(), {v1::FLAG_DONTWAIT, v1::FLAG_PEEK, v1::FLAG_OOB, v1::FLAG_WAITALL,
                                   v1::FLAG_TRUNC, v1::FLAG_ERRQUEUE});
  if (!flags.ok()) return flags.status();
  const int64_t control_bytes = request.control_bytes();
  if (control_bytes < 0 || control_bytes > kMostControlBytes) {
    return InvalidArgument(
        "control_bytes",
        absl::StrCat("control_bytes must be 0 to ", kMostControlBytes, "; it is ", control_bytes));
  }
  Receiving::Request receiving;
  receiving.flags = *flags;
  receiving.control_bytes =
      request.has_control_bytes() ? static_cast<size_t>(control_bytes) : kControlBytes;
  return BeginReceiving<&v1::Done::mutable_recvmsg>(session, turn, request, std::move(receiving));
}

}  // namespace balcony::agent::calls
