#include "controller/script/combinations.h"

#include <algorithm>

#include "controller/script/address.h"
#include "controller/script/options.h"

namespace balcony::script {
namespace {

// A parameter that has no meaning beside some words of another one.
struct Exclusion {
  std::string parameter;
  std::string other;
  std::vector<std::string> words;
};

// Where one of some parameters is needed, though each may be left out.
struct Need {
  std::string function;
  std::vector<std::string> parameters;
  std::string example;
};

const std::vector<Exclusion>& Exclusions() {
  static const auto& all = *new std::vector<Exclusion>{
      {"until", "flags", {"waitall", "peek", "oob"}},
      {"gateway", "kind", {"unreachable", "prohibit", "blackhole"}},
      {"interface", "kind", {"unreachable", "prohibit", "blackhole"}},
  };
  return all;
}

const std::vector<Need>& Needs() {
  static const auto& all = *new std::vector<Need>{
      {"set_interface", {"up", "mtu"}, "set_interface(\"eth0\", up=0)"},
  };
  return all;
}

// The group that a membership names, by itself or in a record; null if it is no literal.
const Address* GroupOf(const Expr& membership) {
  const auto* record = std::get_if<Record>(&membership.node);
  if (record == nullptr) return std::get_if<Address>(&membership.node);
  for (const Field& field : record->fields)
    if (field.name == "group") return std::get_if<Address>(&field.value->atoms[0].node);
  return nullptr;
}

class Combinations {
 public:
  Combinations(const Place& place, const Call& call, const Signature& signature)
      : place_(place), call_(call), signature_(signature), given_(ArgumentsOf(signature, call)) {}

  void Check() {
    for (const Exclusion& exclusion : Exclusions()) Check(exclusion);
    for (const Need& need : Needs())
      if (need.function == signature_.function) Check(need);
    if (signature_.function == "socket") CheckProtocol();
    if (signature_.may_end) CheckStream();
    if (const Arg* destination = Find("destination")) CheckRoute(*destination);
    if (signature_.function == "setsockopt") CheckGroup();
  }

 private:
  // The first argument for that parameter; null if there is none.
  const Arg* Find(const std::string& parameter) const {
    for (size_t i = 0; i < given_.size(); ++i)
      if (signature_.parameters[i].name == parameter && !given_[i].empty()) return given_[i][0];
    return nullptr;
  }

  // The first argument for that parameter that is one of the words; null if none is.
  const Arg* Find(const std::string& parameter, const std::vector<std::string>& words) const {
    for (size_t i = 0; i < given_.size(); ++i)
      for (const Arg* arg : given_[i])
        if (signature_.parameters[i].name == parameter &&
            std::find(words.begin(), words.end(), WordOf(*arg)) != words.end())
          return arg;
    return nullptr;
  }

  std::string WordFor(const std::string& parameter) const {
    const Arg* arg = Find(parameter);
    return arg == nullptr ? "" : WordOf(*arg);
  }

  void Check(const Exclusion& exclusion) {
    const Arg* arg = Find(exclusion.parameter);
    const Arg* other = Find(exclusion.other, exclusion.words);
    if (arg != nullptr && other != nullptr)
      Report(arg->span, exclusion.parameter + " and " + WordOf(*other) + " exclude each other",
             "leave one of them away");
  }

  void Check(const Need& need) {
    for (const std::string& parameter : need.parameters)
      if (Find(parameter) != nullptr) return;
    Report(call_.function_span, need.function + " needs " + Listed(need.parameters),
           "write " + need.example);
  }

  // A raw socket is of one protocol, and no other socket is told its.
  void CheckProtocol() {
    const std::string transport = WordFor("transport");
    const std::string protocol = WordFor("protocol");
    if (transport.empty()) return;
    const bool raw = transport == "raw" || transport == "raw6";
    const std::string icmp = transport == "raw6" ? "icmpv6" : "icmp";
    if (raw && protocol.empty())
      Report(Find("transport")->span, "a raw socket needs its protocol",
             "write socket(" + transport + ", " + icmp + ")");
    else if (!raw && !protocol.empty())
      Report(Find("protocol")->span, "only a raw socket is told its protocol",
             "write socket(" + transport + ")");
    else if (raw && protocol.starts_with("icmp") && protocol != icmp)
      Report(Find("protocol")->span, transport + " has no " + protocol,
             "write socket(" + transport + ", " + icmp + ")");
  }

  // A datagram is received whole or not at all.
  void CheckStream() {
    const Variable* socket = place_.scope.Find(place_.host, call_.receiver);
    if (socket == nullptr || socket->transport.empty() || socket->transport.starts_with("tcp"))
      return;
    for (const Arg* arg : {Find("until"), Find("flags", {"waitall"})})
      if (arg != nullptr)
        Report(arg->span,
               (arg->name == "until" ? arg->name : "waitall") + " is for a stream, and " +
                   call_.receiver + " is a " + socket->transport + " socket",
               "leave it away: a datagram comes whole");
  }

  // All addresses of a route are of one family; a host has one in each.
  void CheckRoute(const Arg& destination) {
    const auto network = ConstantOf(*destination.value, place_.scope.topology.parameters);
    const auto* text = network ? std::get_if<std::string>(&*network) : nullptr;
    if (text == nullptr) return;
    const bool ipv6 = text->find(':') != std::string::npos;
    for (const char* parameter : {"gateway", "source"}) {
      const Arg* arg = Find(parameter);
      const auto* address = arg == nullptr ? nullptr : std::get_if<Address>(&arg->value->node);
      if (address != nullptr)
        CheckFamily(address->literal, arg->span, parameter, ipv6,
                    "all of a route is of its destination's family");
    }
  }

  // A group is of the option's family.
  void CheckGroup() {
    const Option* option = FindOption(WordFor("option"));
    const Arg* arg = Find("value");
    if (option == nullptr || arg == nullptr || option->kind != OptionKind::kMembership) return;
    if (const Address* group = GroupOf(*arg->value))
      CheckFamily(group->literal, arg->span, option->name, option->name.starts_with("IPV6"),
                  "write sock.setsockopt(" + option->name + ", " + ExampleOf(*option) + ")");
  }

  void CheckFamily(const std::string& literal, const Span& span, const std::string& what, bool ipv6,
                   const std::string& remedy) {
    if (AddressBytes(literal)->size() == (ipv6 ? 16 : 4)) return;
    Report(span, what + " must be an " + (ipv6 ? "IPv6" : "IPv4") + " address here", remedy);
  }

  void Report(const Span& span, std::string message, std::string remedy) {
    place_.findings.Report(span, std::move(message), std::move(remedy));
  }

  const Place& place_;
  const Call& call_;
  const Signature& signature_;
  const std::vector<std::vector<const Arg*>> given_;
};

}  // namespace

void CheckCombinations(const Place& place, const Call& call, const Signature& signature) {
  Combinations(place, call, signature).Check();
}

}  // namespace balcony::script
