// Whether a call may go where it is asked to: before the kernel is asked, and after the address is
// known. What is denied is logged.
// Thread: whoever holds the session's mutex, as all of them require.
// Errors: kPermissionDenied as of Policy, for the field "address" unless said otherwise.
// Source: bind(2), listen(2), connect(2), send(2), raw(7).
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/policy.h"
#include "agent/session.h"
#include "balcony/v1/transfer.pb.h"

namespace balcony::agent {

// A source address, of a socket or of one datagram (IP_PKTINFO).
absl::Status PermitBind(Session& session, Sockets::Entry& entry, const Address& address)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// listen(2) binds a socket that is not bound yet. The field is "socket".
absl::Status PermitListen(Session& session, Sockets::Entry& entry)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

absl::Status PermitConnect(Session& session, Sockets::Entry& entry, const Address& address)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// To an address that the call names; on TCP that is a connect (MSG_FASTOPEN).
absl::Status PermitSend(Session& session, Sockets::Entry& entry, const Address& address)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// What a raw socket is to send: with IP_HDRINCL it begins with a header, and goes where that says.
// The field is "data".
absl::Status PermitPacket(Session& session, Sockets::Entry& entry, const v1::Data& data)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

// Headers of a socket's own (IP_HDRINCL, IPV6_HDRINCL, IPPROTO_RAW): never where there are rules,
// which they would get around. `field` is the request's.
absl::Status PermitOwnHeader(Session& session, absl::string_view field)
    ABSL_EXCLUSIVE_LOCKS_REQUIRED(session.mutex());

}  // namespace balcony::agent
