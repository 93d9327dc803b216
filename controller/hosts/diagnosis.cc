#include "controller/hosts/diagnosis.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"

namespace balcony::hosts {
namespace {

enum class Icmp { kNone, kProhibited, kPort, kFragment, kOther };

Icmp KindOf(const Probed& probed) {
  if (!probed.icmp) return Icmp::kNone;
  const uint32_t type = probed.icmp->type();
  const uint32_t code = probed.icmp->code();
  if (probed.icmp->origin() == v1::ORIGIN_ICMP && type == 3) {
    if (code == 9 || code == 10 || code == 13) return Icmp::kProhibited;
    if (code == 4) return Icmp::kFragment;
    return code == 3 ? Icmp::kPort : Icmp::kOther;
  }
  if (probed.icmp->origin() == v1::ORIGIN_ICMPV6 && type == 1) {
    if (code == 1) return Icmp::kProhibited;
    return code == 4 ? Icmp::kPort : Icmp::kOther;
  }
  if (probed.icmp->origin() == v1::ORIGIN_ICMPV6 && type == 2) return Icmp::kFragment;
  return probed.icmp->origin() == v1::ORIGIN_LOCAL ? Icmp::kNone : Icmp::kOther;
}

// Who sent the ICMP message.
std::string Sender(const Ends& ends, const Probed& probed) {
  const std::string& address = probed.icmp->offender().address();
  if (address == ends.target) return ends.to;
  return address.empty() ? "somebody" : absl::StrCat("the router ", address);
}

Finding Rejected(const Ends& ends, const std::string& where, const Probed& probed) {
  const bool prohibited = KindOf(probed) == Icmp::kProhibited;
  const std::string sender = Sender(ends, probed);
  return {
      where,
      absl::StrCat(probed.error, " at once: a firewall on ", sender, " rejects it (ICMP ",
                   prohibited ? "admin-prohibited, as firewalld does" : "port-unreachable", ")"),
      prohibited ? absl::Substitute("on $0: sudo firewall-cmd --zone=trusted --add-source=$1",
                                    sender, ends.network)
                 : absl::Substitute("on $0: sudo nft list ruleset shows the rule; sudo iptables "
                                    "-I INPUT -s $1 -j ACCEPT goes before it",
                                    sender, ends.network)};
}

bool IsNeighbourGone(const Probed& probed) {
  return probed.neighbour == "FAILED" || probed.neighbour == "INCOMPLETE";
}

Finding NobodyThere(const Ends& ends, const std::string& where) {
  return {where, absl::StrCat("nobody answers for ", ends.target, " on the network"),
          absl::Substitute("see whether $0's interface is up and on the same network: ip address, "
                           "and the links of the reservation",
                           ends.to)};
}

// Nobody said a word.
Finding Silent(const Ends& ends, const std::string& where, const Probed& probed) {
  if (IsNeighbourGone(probed)) return NobodyThere(ends, where);
  if (probed.heard) {
    return {
        where,
        absl::StrCat(ends.to, " has answered, and its answer does not come back: a firewall on ",
                     ends.from, " drops it"),
        absl::Substitute("on $0: sudo nft list ruleset shows the rule; sudo iptables -I INPUT "
                         "-s $1 -j ACCEPT goes before it",
                         ends.from, ends.network)};
  }
  return {where, absl::StrCat("no answer: a firewall on ", ends.to, " or on the way drops it"),
          absl::Substitute("on $0: sudo nft list ruleset shows the rule; sudo iptables -I INPUT -s "
                           "$1 -j ACCEPT goes before it; in a cloud, look at its security groups",
                           ends.to, ends.network)};
}

}  // namespace

Finding Diagnose(const Ends& ends, const std::string& transport, const Probed& probed) {
  const std::string where = absl::StrCat(ends.from, " to ", ends.to, ", ", transport);
  const Icmp icmp = KindOf(probed);
  if (icmp == Icmp::kProhibited || icmp == Icmp::kPort) return Rejected(ends, where, probed);
  if (icmp == Icmp::kFragment || probed.error == "EMSGSIZE") {
    return {
        where, "EMSGSIZE: the way is narrower than the interface",
        absl::Substitute("lower the MTU of $0's interface, or raise that of the way", ends.from)};
  }
  if (probed.error.empty() || probed.error == "ETIMEDOUT") return Silent(ends, where, probed);
  if (IsNeighbourGone(probed)) return NobodyThere(ends, where);
  if (probed.error == "ECONNREFUSED") {
    return {where,
            absl::StrCat("ECONNREFUSED, by a reset, although ", ends.to, " listens: a firewall on ",
                         ends.to, " or on the way rejects it"),
            absl::Substitute("on $0: sudo nft list ruleset shows the rule (reject with tcp reset)",
                             ends.to)};
  }
  if (probed.error == "ENETUNREACH") {
    return {where, absl::StrCat("ENETUNREACH: ", ends.from, " has no route there"),
            absl::Substitute("on $0: sudo ip route add $1 via ROUTER", ends.from, ends.target)};
  }
  if (probed.error == "EPERM" || probed.error == "EACCES") {
    return {where,
            absl::StrCat(probed.error, ": ", ends.from, "'s own firewall does not let it out"),
            absl::Substitute("on $0: sudo nft list ruleset shows the rule", ends.from)};
  }
  return {where, absl::StrCat(probed.error, probed.icmp ? ", told by ICMP" : ""),
          absl::Substitute("on $0: ip route get $1 shows the way", ends.from, ends.target)};
}

}  // namespace balcony::hosts
