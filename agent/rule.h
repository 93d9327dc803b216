// One --allow: what may be done, where. A value.
// Shapes: "[bind=|connect=|send=|any=]NETWORK[:PORTS]": any verb and all ports where they are left
//         out; an IPv6 network stands in brackets, its prefix behind them: "[2001:db8::]/32:4000".
// Errors: kInvalidArgument names the rule, says what is wrong with it and shows the form.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "agent/network.h"

namespace balcony::agent {

// bind(2); connect(2), and a first send with MSG_FASTOPEN; sendto(2).
enum class Verb { kBind, kConnect, kSend };

// "bind", "connect", "send".
const char* VerbName(Verb verb);

// What an address's port says of the packets that go there.
enum class Ports {
  kOne,   // they bear that port; 0 is one of the kernel's choice
  kNone,  // they bear none: ping
  kAny,   // they bear what stands in the payload: raw
};

class Rule {
 public:
  static absl::StatusOr<Rule> Parse(const std::string& text);

  // As it was written.
  const std::string& text() const { return text_; }

  // What is not one port above 0 needs a rule for all ports.
  bool Allows(Verb verb, const Address& address, Ports ports) const;

  // Whether it says this verb on this very address, or on this very port, and on no other.
  bool NamesAddress(Verb verb, const Address& address) const;
  bool NamesPort(Verb verb, const Address& address, uint16_t port) const;

 private:
  explicit Rule(Network network) : network_(network) {}

  bool Concerns(Verb verb, const Address& address) const;

  std::string text_;
  bool any_verb_ = true;
  Verb verb_ = Verb::kBind;
  Network network_;
  uint16_t first_port_ = 1;
  uint16_t last_port_ = 65535;
};

}  // namespace balcony::agent
