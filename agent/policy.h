// Where an agent's sockets may bind, connect and send.
// Thread: made by one; then it only answers, to any.
// Shapes: without a rule all is allowed, with rules what one of them allows. Two things are guarded
//         either way: the services where clouds give out a host's credentials, which take a rule
//         for that very address, and the endpoint that the agent itself is driven by, which takes
//         one for that very port.
// Errors: Check: kPermissionDenied for the field "address", with what denies it and what would
//         allow it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "agent/rule.h"

namespace balcony::agent {

class Policy {
 public:
  // Adds an --allow. kInvalidArgument as of Rule.
  absl::Status Allow(const std::string& rule);

  // The port at which the agent listens for its clients.
  void GuardControl(uint16_t port) { control_port_ = port; }

  // `address` is where packets go, and for kBind where they come from.
  absl::Status Check(Verb verb, const Address& address, Ports ports) const;

  // For a packet that bears a header of its own, of which Check has not seen the destination.
  absl::Status CheckOwnHeader(const Address& destination) const;

  bool has_rules() const { return !rules_.empty(); }

  // For a message: "--allow 10.10.0.0/16", the first few.
  std::string Rules() const;

 private:
  absl::Status CheckMetadata(Verb verb, const Address& address, Ports ports) const;
  absl::Status CheckControl(Verb verb, const Address& address, Ports ports) const;
  std::vector<Rule> rules_;
  uint16_t control_port_ = 0;  // 0: none; a path, or a stream that it was handed
};

}  // namespace balcony::agent
