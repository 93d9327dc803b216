// What travels beside the data, ancillary data, between the contract and the kernel's bytes.
// Shapes: text and numbers on the outside, whole control messages on the inside. Those that nobody
//         asked for by a field are not built, and those that no field is for are not told.
// Errors: BuildControl: kInvalidArgument with the field's name: "ttl", "tos", "pktinfo.…".
// Source: cmsg(3), ip(7), ipv6(7), socket(7), linux/errqueue.h; RFC 3542.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "balcony/v1/message.pb.h"

namespace balcony::agent {

// The ancillary data that the request asks for, for a socket of this family; maybe empty.
absl::StatusOr<std::string> BuildControl(const v1::SendmsgRequest& request, int family);

// Writes what recvmsg(2) said of a message: its msg_flags, and its control messages.
void PrintMessage(int flags, const std::string& control, v1::RecvmsgResponse* response);

}  // namespace balcony::agent
