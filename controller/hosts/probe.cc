#include "controller/hosts/probe.h"

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/script/address.h"
#include "google/protobuf/util/time_util.h"

namespace balcony::hosts {
namespace {

// A SYN that was lost once is sent again after a second.
constexpr int64_t kPatienceSeconds = 2;
constexpr int64_t kLargest = 1 << 16;

// A socket of a probe's; closed when it goes.
class Prober {
 public:
  Prober(fleet::AgentLink& agent, v1::Transport transport, bool ipv6)
      : agent_(agent), name_(NewName()), ipv6_(ipv6) {
    v1::Call call;
    call.mutable_socket()->set_socket(name_);
    call.mutable_socket()->set_family(ipv6 ? v1::FAMILY_INET6 : v1::FAMILY_INET);
    call.mutable_socket()->set_transport(transport);
    status_ = Do(std::move(call)).status();
  }
  ~Prober() {
    v1::Call call;
    call.mutable_close()->set_socket(name_);
    Do(std::move(call)).IgnoreError();
  }
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  const std::string& name() const { return name_; }
  const absl::Status& status() const { return status_; }

  absl::StatusOr<v1::Done> Do(v1::Call call) {
    *call.mutable_patience() =
        google::protobuf::util::TimeUtil::SecondsToDuration(kPatienceSeconds);
    return fleet::Ask(agent_, std::move(call));
  }

  absl::StatusOr<v1::Done> Bind(const std::string& address) {
    v1::Call call;
    call.mutable_bind()->set_socket(name_);
    call.mutable_bind()->mutable_address()->set_address(address);
    return Do(std::move(call));
  }

  absl::StatusOr<v1::Done> Set(const std::string& option, const v1::OptionValue& value) {
    v1::Call call;
    call.mutable_setsockopt()->set_socket(name_);
    call.mutable_setsockopt()->set_option(absl::StrCat(ipv6_ ? "IPV6_" : "IP_", option));
    *call.mutable_setsockopt()->mutable_value() = value;
    return Do(std::move(call));
  }

  absl::StatusOr<v1::Done> Connect(const v1::Endpoint& target) {
    v1::Call call;
    call.mutable_connect()->set_socket(name_);
    *call.mutable_connect()->mutable_address() = target;
    return Do(std::move(call));
  }

  // The error that an ICMP message has queued, if one has.
  absl::StatusOr<std::optional<v1::ExtendedError>> QueuedError() {
    v1::Call call;
    call.mutable_recvmsg()->set_socket(name_);
    call.mutable_recvmsg()->set_max_bytes(kLargest);
    call.mutable_recvmsg()->add_flags(v1::FLAG_ERRQUEUE);
    const absl::StatusOr<v1::Done> done = Do(std::move(call));
    if (!done.ok()) return done.status();
    if (!done->recvmsg().has_error()) return std::nullopt;
    return done->recvmsg().error();
  }

 private:
  static std::string NewName() {
    static std::atomic<uint64_t> number = 0;
    return absl::StrCat("probe.", ++number);
  }

  fleet::AgentLink& agent_;
  const std::string name_;
  const bool ipv6_;
  absl::Status status_;
};

v1::OptionValue On() {
  v1::OptionValue value;
  value.set_flag(true);
  return value;
}

v1::OptionValue Word(const std::string& word) {
  v1::OptionValue value;
  value.set_word(word);
  return value;
}

// A call that a healthy host makes: what the kernel says against it is said for it.
absl::Status Insist(const absl::StatusOr<v1::Done>& done, const v1::Outcome& outcome,
                    const char* what) {
  if (!done.ok()) return done.status();
  if (outcome.has_ok()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(what, " says ", outcome.error().name()));
}

// Where the socket is bound, at a port that was free.
absl::StatusOr<v1::Endpoint> BindAt(Prober& prober, const std::string& address) {
  if (!prober.status().ok()) return prober.status();
  const auto bound = prober.Bind(address);
  absl::Status can = Insist(bound, bound.ok() ? bound->bind().outcome() : v1::Outcome(), "bind");
  if (!can.ok()) return can;
  return bound->bind().local();
}

// How the target looks to the source's kernel as a neighbour, if it is one.
absl::Status LookAtNeighbour(const Path& path, Probed& probed) {
  v1::Call call;
  call.mutable_neighbours();
  const auto done = fleet::Ask(*path.from, std::move(call));
  if (!done.ok()) return done.status();
  for (const v1::Neighbour& neighbour : done->neighbours().neighbours()) {
    if (neighbour.address() == path.target) probed.neighbour = neighbour.state();
  }
  return absl::OkStatus();
}

// Whether the target's kernel has answered a SYN of ours.
absl::StatusOr<bool> HasHeard(const Path& path, uint32_t port) {
  v1::Call call;
  call.mutable_sockets()->set_transport(v1::TRANSPORT_TCP);
  const auto done = fleet::Ask(*path.to, std::move(call));
  if (!done.ok()) return done.status();
  for (const v1::SocketEntry& entry : done->sockets().sockets()) {
    if (entry.state() == v1::STATE_SYN_RECEIVED && entry.local().port() == port) return true;
  }
  return false;
}

std::string ErrorOf(const v1::Outcome& outcome) {
  return outcome.has_error() ? outcome.error().name() : "";
}

}  // namespace

absl::StatusOr<Probed> ProbeTcp(const Path& path) {
  const bool ipv6 = script::IsIpv6(path.target);
  Prober listener(*path.to, v1::TRANSPORT_TCP, ipv6);
  const absl::StatusOr<v1::Endpoint> target = BindAt(listener, path.target);
  if (!target.ok()) return target.status();
  v1::Call listen;
  listen.mutable_listen()->set_socket(listener.name());
  if (const auto done = listener.Do(std::move(listen)); !done.ok()) return done.status();
  Prober client(*path.from, v1::TRANSPORT_TCP, ipv6);
  const absl::StatusOr<v1::Endpoint> source = BindAt(client, path.source);
  if (!source.ok()) return source.status();
  if (const auto set = client.Set("RECVERR", On()); !set.ok()) return set.status();
  const auto connected = client.Connect(*target);
  if (!connected.ok()) return connected.status();
  const v1::Outcome& outcome = connected->connect().outcome();
  Probed probed{outcome.has_ok(), ErrorOf(outcome), {}, false, {}};
  if (probed.arrived) return probed;
  const auto queued = client.QueuedError();
  if (!queued.ok()) return queued.status();
  probed.icmp = *queued;
  const absl::StatusOr<bool> heard = HasHeard(path, target->port());
  if (!heard.ok()) return heard.status();
  probed.heard = *heard;
  if (absl::Status looked = LookAtNeighbour(path, probed); !looked.ok()) return looked;
  return probed;
}

absl::StatusOr<Probed> ProbeUdp(const Path& path, uint32_t payload_bytes) {
  const bool ipv6 = script::IsIpv6(path.target);
  Prober receiver(*path.to, v1::TRANSPORT_UDP, ipv6);
  const absl::StatusOr<v1::Endpoint> target = BindAt(receiver, path.target);
  if (!target.ok()) return target.status();
  Prober sender(*path.from, v1::TRANSPORT_UDP, ipv6);
  const absl::StatusOr<v1::Endpoint> source = BindAt(sender, path.source);
  if (!source.ok()) return source.status();
  for (const auto& [option, value] : {std::pair("RECVERR", On()), {"MTU_DISCOVER", Word("DO")}}) {
    if (const auto set = sender.Set(option, value); !set.ok()) return set.status();
  }
  if (const auto connected = sender.Connect(*target); !connected.ok()) return connected.status();
  v1::Call send;
  send.mutable_send()->set_socket(sender.name());
  send.mutable_send()->mutable_data()->set_unit(std::string(payload_bytes, 'b'));
  const auto sent = sender.Do(std::move(send));
  if (!sent.ok()) return sent.status();
  Probed probed{false, ErrorOf(sent->send().outcome()), {}, false, {}};
  if (probed.error.empty()) {
    v1::Call receive;
    receive.mutable_recvfrom()->set_socket(receiver.name());
    receive.mutable_recvfrom()->set_max_bytes(kLargest);
    const auto received = receiver.Do(std::move(receive));
    if (!received.ok()) return received.status();
    probed.arrived = received->recvfrom().data().size() == payload_bytes;
    if (probed.arrived) return probed;
  }
  const auto queued = sender.QueuedError();
  if (!queued.ok()) return queued.status();
  probed.icmp = *queued;
  if (probed.error.empty() && *queued) probed.error = (*queued)->error().name();
  if (absl::Status looked = LookAtNeighbour(path, probed); !looked.ok()) return looked;
  return probed;
}

}  // namespace balcony::hosts
