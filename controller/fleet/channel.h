// gRPC's channels to agents: over a stream that is there already, or by dialling with TLS.
// Errors: kInvalidArgument for a folder or a file that cannot be used, and names it.
// Source: grpcpp/create_channel_posix.h; docs/decisions/002.
#pragma once

#include <grpcpp/channel.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controller/wire/fd.h"

namespace balcony::fleet {

// How an agent at an address is dialled. Empty: in plain text, on loopback.
struct Tls {
  std::string folder;      // ca.pem; and, unless there is a token, controller.pem and its key
  std::string token_file;  // a token that is shown with each call; empty for none
  std::string name;        // whom agents' certificates are made out to; empty: who is dialled

  bool given() const { return !folder.empty(); }
};

// Long enough for a second name server where the first is down.
inline constexpr absl::Duration kLookup = absl::Seconds(20);

std::shared_ptr<grpc::Channel> ChannelOver(wire::Fd stream);

// Dials at the first call. `address`: HOST:PORT; the agent's certificate must be HOST's, or that of
// tls.name. Whoever answers for names is asked anew after `lookup`.
absl::StatusOr<std::shared_ptr<grpc::Channel>> ChannelTo(const std::string& address, const Tls& tls,
                                                         absl::Duration lookup = kLookup);

}  // namespace balcony::fleet
