#include "agent/rule.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace balcony::agent {
namespace {

constexpr uint16_t kFirstPort = 1;
constexpr uint16_t kLastPort = 65535;
constexpr Verb kVerbs[] = {Verb::kBind, Verb::kConnect, Verb::kSend};

constexpr char kForm[] =
    "a rule is [bind=|connect=|send=|any=]NETWORK[:PORT[-PORT]], as in 10.10.0.0/16, "
    "connect=10.10.0.0/16:80 or bind=[2001:db8::]/32:4000-4010";

absl::Status WrongRule(const std::string& rule, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("--allow ", rule, ": ", what, "; ", kForm));
}

// "4000" or "4000-4010".
bool ParsePorts(absl::string_view text, uint16_t& first, uint16_t& last) {
  const auto dash = text.find('-');
  uint32_t from = 0;
  uint32_t to = 0;
  if (!absl::SimpleAtoi(text.substr(0, dash), &from)) return false;
  if (!absl::SimpleAtoi(dash == text.npos ? text : text.substr(dash + 1), &to)) return false;
  if (from < kFirstPort || from > to || to > kLastPort) return false;
  first = static_cast<uint16_t>(from);
  last = static_cast<uint16_t>(to);
  return true;
}

// What stands before the ports, without brackets, and the ports, with their colon.
struct Parts {
  std::string network;
  absl::string_view ports;
};

// False for brackets that do not close, and for an IPv6 address without them: nobody could tell
// where its port begins.
bool Split(absl::string_view text, Parts& parts) {
  std::string address;
  if (absl::ConsumePrefix(&text, "[")) {
    const auto close = text.find(']');
    if (close == text.npos) return false;
    address = std::string(text.substr(0, close));
    if (!absl::StrContains(address, ':') || absl::StrContains(address, '/')) return false;
    text.remove_prefix(close + 1);
    if (!text.empty() && text[0] != '/' && text[0] != ':') return false;
  }
  const auto colon = text.find(':');
  parts.network = absl::StrCat(address, text.substr(0, colon));
  parts.ports = colon == text.npos ? "" : text.substr(colon);
  return !absl::StrContains(absl::StripPrefix(parts.ports, ":"), ':');
}

}  // namespace

const char* VerbName(Verb verb) {
  switch (verb) {
    case Verb::kBind:
      return "bind";
    case Verb::kConnect:
      return "connect";
    default:
      return "send";
  }
}

absl::StatusOr<Rule> Rule::Parse(const std::string& text) {
  absl::string_view place = text;
  bool any_verb = true;
  Verb said = Verb::kBind;
  if (const auto equals = text.find('='); equals != std::string::npos) {
    const absl::string_view name = place.substr(0, equals);
    place.remove_prefix(equals + 1);
    any_verb = name == "any";
    bool known = any_verb;
    for (const Verb verb : kVerbs) {
      if (name != VerbName(verb)) continue;
      said = verb;
      known = true;
    }
    if (!known) return WrongRule(text, absl::StrCat("there is no \"", name, "\" to allow"));
  }
  Parts parts;
  if (!Split(place, parts)) return WrongRule(text, "an IPv6 address stands in brackets");
  const auto network = Network::Parse(parts.network);
  if (!network.ok()) return WrongRule(text, network.status().message());
  Rule rule(*network);
  rule.text_ = text;
  rule.any_verb_ = any_verb;
  rule.verb_ = said;
  if (absl::ConsumePrefix(&parts.ports, ":") &&
      !ParsePorts(parts.ports, rule.first_port_, rule.last_port_)) {
    return WrongRule(text,
                     absl::StrCat("\"", parts.ports, "\" is not a range of ports of 1 to 65535"));
  }
  return rule;
}

bool Rule::Concerns(Verb verb, const Address& address) const {
  return (any_verb_ || verb_ == verb) && network_.Contains(address);
}

bool Rule::Allows(Verb verb, const Address& address, Ports ports) const {
  if (!Concerns(verb, address)) return false;
  if (first_port_ == kFirstPort && last_port_ == kLastPort) return true;
  return ports == Ports::kOne && first_port_ <= address.port() && address.port() <= last_port_;
}

bool Rule::NamesAddress(Verb verb, const Address& address) const {
  return network_.is_one_address() && Concerns(verb, address);
}

bool Rule::NamesPort(Verb verb, const Address& address, uint16_t port) const {
  return first_port_ == port && last_port_ == port && Concerns(verb, address);
}

}  // namespace balcony::agent
