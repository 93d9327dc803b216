#include "controller/hosts/doctor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "controller/fleet/casting.h"
#include "controller/fleet/clock.h"
#include "controller/hosts/reaching.h"
#include "controller/script/address.h"
#include "controller/script/lan.h"

namespace balcony::hosts {
namespace {

constexpr absl::Duration kAdrift = absl::Milliseconds(100);
constexpr uint32_t kSmallBytes = 32;
constexpr uint32_t kLargestProbe = 9000;  // a jumbo frame; what an interface takes beyond is rare
constexpr uint32_t kIpv4AndUdpBytes = 28;
constexpr uint32_t kIpv6AndUdpBytes = 48;

uint32_t PayloadOf(const std::string& address, uint32_t mtu) {
  return std::min(mtu, kLargestProbe) -
         (script::IsIpv6(address) ? kIpv6AndUdpBytes : kIpv4AndUdpBytes);
}

bool IsSilent(const absl::StatusOr<Probed>& probed) {
  return probed.ok() && !probed->arrived && !probed->heard && !probed->icmp &&
         (probed->error.empty() || probed->error == "ETIMEDOUT");
}

// A datagram may be lost once.
absl::StatusOr<Probed> ProbeUdpTwice(const Path& path, uint32_t payload_bytes) {
  absl::StatusOr<Probed> probed = ProbeUdp(path, payload_bytes);
  return IsSilent(probed) ? ProbeUdp(path, payload_bytes) : probed;
}

bool IsSame(const Finding& a, const Finding& b) { return a.what == b.what && a.remedy == b.remedy; }

}  // namespace

std::vector<Finding> Doctor::Examine() {
  for (const Patient& patient : patients_) charts_.push_back(Look(patient));
  for (const Patient& patient : patients_) LookAtNames(patient);
  const std::vector<Pair> pairs = Pairs();
  paths_ = pairs.size();
  std::vector<Tried> tried(pairs.size());
  const absl::Status went = ForEach(pairs.size(), [&](size_t i) { tried[i] = Try(pairs[i]); });
  if (!went.ok()) findings_.push_back({"here", std::string(went.message()), "end other programs"});
  Conclude(pairs, std::move(tried));
  return findings_;
}

// Where nothing passes either way it is less likely that two firewalls are to blame.
void Doctor::Conclude(const std::vector<Pair>& pairs, std::vector<Tried> tried) {
  for (size_t i = 0; i < pairs.size(); ++i) {
    const Pair& pair = pairs[i];
    for (size_t back = i + 1; back < pairs.size(); ++back) {
      const bool returns = pairs[back].source.address == pair.target.address &&
                           pairs[back].target.address == pair.source.address;
      if (!returns || !tried[i].silent || !tried[back].silent) continue;
      tried[back].findings.clear();
      tried[i].findings = {
          {absl::StrCat(patients_[pair.from].name, " and ", patients_[pair.to].name),
           absl::StrCat("nothing passes between ", pair.source.address, " and ",
                        pair.target.address, ", either way: the link is broken, or both drop it"),
           "the links of the reservation; ip -s link on both shows what comes and goes"}};
    }
    std::move(tried[i].findings.begin(), tried[i].findings.end(), std::back_inserter(findings_));
  }
}

Doctor::Chart Doctor::Look(const Patient& patient) {
  const absl::StatusOr<v1::DescribeResponse> description = patient.agent->Describe();
  if (!description.ok()) {
    findings_.push_back({patient.name, std::string(description.status().message()),
                         "balcony fleet status tells more"});
    return {};
  }
  LookAtItself(patient, *description);
  const absl::StatusOr<fleet::Networks> networks =
      fleet::TellApart(stage_, patient.name, *description);
  if (!networks.ok()) {
    findings_.push_back({patient.name, std::string(networks.status().message()),
                         "data: in the fleet file names the experiment's network there"});
    return {};
  }
  if (networks->shares) {
    findings_.push_back({patient.name, "no other network than the login's, which experiments share",
                         "testbeds that give hosts a network of their own forbid that", false});
  }
  LookAtInterfaces(patient, networks->description);
  LookAtClock(patient);
  LookAtPorts(patient);
  Chart chart;
  chart.control_address = networks->control_address;
  for (const v1::Interface& interface : networks->description.interfaces()) {
    for (const v1::InterfaceAddress& own : interface.addresses()) {
      const auto bytes = script::AddressBytes(own.address());
      if (!bytes || fleet::IsOfOneLink(own.address())) continue;
      const auto length = static_cast<int>(own.prefix_length());
      chart.own.push_back({own.address(),
                           script::PrefixText(script::NetworkOf(*bytes, length), length),
                           interface.name(), interface.mtu()});
    }
  }
  return chart;
}

void Doctor::LookAtItself(const Patient& patient, const v1::DescribeResponse& description) {
  if (description.version() == BALCONY_VERSION) return;
  findings_.push_back({patient.name,
                       absl::StrCat("its agent is balcony-agent ", description.version(),
                                    ", and this is balcony ", BALCONY_VERSION),
                       "start the balcony-agent there that goes with this balcony"});
}

void Doctor::LookAtInterfaces(const Patient& patient, const v1::DescribeResponse& own) {
  for (const v1::Interface& interface : own.interfaces()) {
    const bool leads_out =
        std::any_of(interface.addresses().begin(), interface.addresses().end(),
                    [](const auto& address) { return !fleet::IsOfOneLink(address.address()); });
    if (!leads_out) continue;
    if (!interface.up()) {
      findings_.push_back({patient.name, absl::StrCat(interface.name(), " is down"),
                           absl::StrCat("sudo ip link set ", interface.name(), " up")});
    }
    if (interface.offloads().empty()) continue;
    findings_.push_back(
        {patient.name,
         absl::StrCat("offloads are on at ", interface.name(), " (",
                      absl::StrJoin(interface.offloads(), ", "),
                      "): a capture there shows other packets than the wire"),
         absl::StrCat("sudo ethtool -K ", interface.name(), " tso off gso off gro off"), false});
  }
}

void Doctor::LookAtClock(const Patient& patient) {
  const absl::StatusOr<fleet::ClockReading> clock = fleet::ReadClock(*patient.agent);
  if (!clock.ok() || absl::AbsDuration(clock->offset) - clock->error < kAdrift) return;
  const bool ahead = clock->offset > absl::ZeroDuration();
  findings_.push_back(
      {patient.name,
       absl::StrCat("its clock is ",
                    absl::FormatDuration(
                        absl::Trunc(absl::AbsDuration(clock->offset), absl::Milliseconds(1))),
                    ahead ? " ahead of" : " behind", " this machine's"),
       "sudo timedatectl set-ntp true, or sudo chronyc makestep, where it is wrong"});
}

void Doctor::LookAtPorts(const Patient& patient) {
  v1::Call call;
  call.mutable_sockets();
  const auto done = fleet::Ask(*patient.agent, std::move(call));
  if (!done.ok()) return;  // said elsewhere
  for (const WantedPort& wanted : ports_) {
    if (!wanted.host.empty() && wanted.host != patient.name) continue;
    for (const v1::SocketEntry& held : done->sockets().sockets()) {
      if (held.transport() != wanted.transport || held.local().port() != wanted.port) continue;
      const bool over = held.state() == v1::STATE_TIME_WAIT;
      findings_.push_back(
          {patient.name,
           absl::StrCat(held.transport() == v1::TRANSPORT_TCP ? "tcp" : "udp", " port ",
                        wanted.port, " is held",
                        over ? " by a connection that is over (TIME-WAIT)"
                             : absl::StrCat(" by a program of user ", held.uid())),
           over ? absl::StrCat("it goes in ", held.timer().expires().seconds() + 1, " s")
                : "end it, or give the lab another port"});
      break;
    }
  }
}

void Doctor::LookAtNames(const Patient& patient) {
  for (size_t i = 0; i < patients_.size(); ++i) {
    const Chart& other = charts_[i];
    if (patients_[i].name == patient.name || other.control_address.empty()) continue;
    v1::Call call;
    call.mutable_resolve()->set_name(patients_[i].name);
    const auto done = fleet::Ask(*patient.agent, std::move(call));
    if (!done.ok()) return;
    const auto& addresses = done->resolve().addresses();
    const auto named = std::find(addresses.begin(), addresses.end(), other.control_address);
    if (named == addresses.end() || other.own.empty()) continue;
    findings_.push_back(
        {patient.name,
         absl::StrCat("there the name ", patients_[i].name, " is ", *named,
                      ", an address of the login's network"),
         absl::StrCat("in /etc/hosts there: ", other.own.front().address, " ", patients_[i].name)});
  }
}

std::vector<Doctor::Pair> Doctor::Pairs() {
  std::vector<Pair> pairs;
  for (size_t from = 0; from < patients_.size(); ++from) {
    for (size_t to = 0; to < patients_.size(); ++to) {
      if (from == to) continue;
      std::optional<Pair> other;  // in no network of the source's
      bool near = false;
      for (const Own& source : charts_[from].own) {
        for (const Own& target : charts_[to].own) {
          if (source.network == target.network) {
            pairs.push_back({from, to, source, target});
            near = true;
          } else if (!other && script::IsIpv6(source.address) == script::IsIpv6(target.address)) {
            other = Pair{from, to, source, target};
          }
        }
      }
      if (!near && other) pairs.push_back(*std::move(other));
    }
  }
  return pairs;
}

Doctor::Tried Doctor::Try(const Pair& pair) {
  const Path path{patients_[pair.from].agent, patients_[pair.to].agent, pair.source.address,
                  pair.target.address};
  const Ends ends{patients_[pair.from].name, patients_[pair.to].name, pair.source.address,
                  pair.target.address, pair.source.network};
  Tried result;
  std::vector<Finding>& found = result.findings;
  const auto take = [&](const absl::StatusOr<Probed>& probed, const std::string& transport) {
    if (!probed.ok()) {
      found.push_back({absl::StrCat(ends.from, " to ", ends.to, ", ", transport),
                       std::string(probed.status().message()), "balcony fleet status tells more"});
    } else if (!probed->arrived) {
      found.push_back(Diagnose(ends, transport, *probed));
    }
  };
  const absl::StatusOr<Probed> connection = ProbeTcp(path);
  take(connection, "tcp");
  const absl::StatusOr<Probed> small = ProbeUdpTwice(path, kSmallBytes);
  take(small, "udp");
  result.silent = IsSilent(connection) && IsSilent(small);
  if (found.size() == 2 && IsSame(found[0], found[1])) {
    found.pop_back();
    found.front().where += " and udp";
  }
  const bool both = pair.source.mtu == pair.target.mtu;
  if (!both && pair.from < pair.to) {
    found.push_back({absl::StrCat(ends.from, " and ", ends.to),
                     absl::StrCat("the MTU of ", pair.source.interface, " is ", pair.source.mtu,
                                  ", and that of ", pair.target.interface, " ", pair.target.mtu),
                     absl::StrCat("sudo ip link set ", pair.source.interface, " mtu N on both")});
  }
  if (!small.ok() || !small->arrived) return result;
  const uint32_t mtu = std::min(pair.source.mtu, pair.target.mtu);
  const absl::StatusOr<Probed> large = ProbeUdpTwice(path, PayloadOf(path.target, mtu));
  const std::string what = absl::StrCat("a packet of ", std::min(mtu, kLargestProbe), " bytes");
  if (IsSilent(large)) {
    found.push_back({absl::StrCat(ends.from, " to ", ends.to, ", udp"),
                     what + " is lost, and smaller ones are not: the way is narrower, and nobody"
                            " says so",
                     absl::StrCat("sudo ip link set ", pair.source.interface, " mtu N on both")});
  } else {
    take(large, absl::StrCat("udp, ", what));
  }
  return result;
}

}  // namespace balcony::hosts
