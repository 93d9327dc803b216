// Keeps an experiment off the networks of its hosts' logins, where it has networks of its own:
// testbeds forbid that traffic.
// Owns:   what the hosts say of their networks. Thread: immutable once it has looked.
// Errors: kUnavailable where an agent does not answer.
// Source: the CloudLab manual on the control network; ip-route(8), the longest prefix wins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "balcony/v1/session.pb.h"
#include "controller/fleet/fleet.h"
#include "controller/script/lan.h"

namespace balcony::run {

class ControlNetworks {
 public:
  // Looks at the hosts whose logins have a network to themselves.
  static absl::StatusOr<ControlNetworks> Look(fleet::Fleet& fleet);

  // Why the host is not to make this call; empty if it may.
  std::string WhyNot(size_t host, const v1::Call& call) const;

  // What its author must know of this call, which was made, and of its answer; or empty.
  std::string Warning(size_t host, const v1::Call& call, const v1::Done& done) const;

 private:
  // One way out of a host.
  struct Way {
    script::Network network;
    std::string interface;
    uint32_t metric = 0;
  };

  struct Host {
    std::string interface;               // of the login; empty: it is not kept apart
    std::vector<std::string> addresses;  // on it
    std::vector<Way> ways;
  };

  static absl::Status Look(fleet::AgentLink& agent, const std::string& address, Host& host);
  bool LeavesByControl(const Host& host, const std::string& address) const;

  std::vector<Host> hosts_;
};

}  // namespace balcony::run
