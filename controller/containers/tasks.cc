#include "controller/containers/tasks.h"

#include <poll.h>

#include <chrono>
#include <functional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "balcony/v1/agent.grpc.pb.h"
#include "controller/fleet/parts.h"

namespace balcony::containers {
namespace {

// Of a stack that is just being deployed: for the first of its tasks, and then for each after the
// one before, for an engine brings up a few a second.
constexpr std::chrono::seconds kTasksPatience(180);
constexpr absl::Duration kDescribePatience = absl::Seconds(20);
// Docker's name server asks others for a name that it does not know yet, and they are silent.
constexpr absl::Duration kLookup = absl::Seconds(2);
constexpr std::chrono::seconds kDial(5);                 // a name, a connection, a handshake
constexpr std::chrono::milliseconds kGlance(200);        // for an interruption
constexpr char kHandshakeFailed[] = "handshake failed";  // gRPC's words

std::string AddressOf(const script::Host& host) {
  const TaskName task = TaskOf(host);
  return absl::StrCat(task.service, "-", task.slot, ":", kTaskPort);
}

// A task's agent is dialled anew now and then, for gRPC itself asks for a name that nobody had less
// and less often, up to every two minutes.
class Dialled {
 public:
  Dialled(const script::Host& host, const fleet::Tls& tls) : host_(host), tls_(tls) {}

  absl::Status Dial() {
    absl::StatusOr<std::shared_ptr<grpc::Channel>> channel =
        fleet::ChannelTo(AddressOf(host_), tls_, kLookup);
    if (!channel.ok()) return channel.status();
    channel_ = *std::move(channel);
    channel_->GetState(true);
    give_up_ = Clock::now() + kDial;
    return absl::OkStatus();
  }

  // Waits until the agent is connected to. One that is there and cannot be trusted is not waited
  // for.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Connected(int interruption);

 private:
  using Clock = std::chrono::system_clock;  // as gRPC has it

  // Whether it is connected, in a moment.
  bool IsConnected() { return channel_->WaitForConnected(Clock::now() + kGlance); }
  bool Failed() const { return channel_->GetState(false) == GRPC_CHANNEL_TRANSIENT_FAILURE; }
  bool IsStale() const { return Failed() || Clock::now() > give_up_; }
  std::string WhyNot() const;

  const script::Host& host_;
  const fleet::Tls& tls_;
  std::shared_ptr<grpc::Channel> channel_;
  Clock::time_point give_up_;
};

// gRPC tells those alone who ask something.
std::string Dialled::WhyNot() const {
  if (!Failed()) return "";
  grpc::ClientContext context;
  context.set_deadline(Clock::now() + kGlance);
  v1::DescribeResponse response;
  return v1::Agent::NewStub(channel_)->Describe(&context, {}, &response).error_message();
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Dialled::Connected(int interruption) {
  const auto give_up = Clock::now() + kTasksPatience;
  absl::Status dialled;
  if (channel_->GetState(false) != GRPC_CHANNEL_READY && IsStale()) dialled = Dial();
  while (dialled.ok() && !IsConnected()) {
    pollfd interrupted{.fd = interruption, .events = POLLIN, .revents = 0};
    if (poll(&interrupted, 1, 0) > 0) {
      return absl::CancelledError(
          absl::StrCat(host_.name, ": interrupted before its agent was there"));
    }
    const std::string why = WhyNot();
    if (absl::StrContains(why, kHandshakeFailed)) {
      return absl::UnavailableError(absl::StrCat(
          host_.name, ": the certificates of the agent at ", AddressOf(host_),
          " and ours do not fit; balcony certs makes them together, and a stack keeps those that it"
          " was deployed with: ",
          why));
    }
    if (Clock::now() > give_up) {
      return absl::UnavailableError(
          absl::StrCat(host_.name, ": no agent answers at ", AddressOf(host_), " within ",
                       kTasksPatience.count(), " seconds: is the task running? ", why));
    }
    if (IsStale()) dialled = Dial();
  }
  if (!dialled.ok()) return dialled;
  return channel_;
}

}  // namespace

TaskName TaskOf(const script::Host& host) {
  TaskName task{host.base, host.number == 0 ? 1 : host.number};
  if (host.sysctls.empty()) return task;
  std::string set;
  for (const script::Sysctl& sysctl : host.sysctls) {
    absl::StrAppend(&set, sysctl.path, "=", sysctl.value, "\n");
  }
  const size_t hash = std::hash<std::string>()(set) & 0xffffff;
  absl::StrAppend(&task.service, "-set-", absl::Hex(hash, absl::kZeroPad6));
  return task;
}

absl::StatusOr<std::unique_ptr<fleet::Fleet>> MakeTasksFleet(const script::Topology& topology,
                                                             const fleet::Tls& tls,
                                                             const std::vector<std::string>& data,
                                                             int interruption) {
  fleet::Tls agents = tls;
  agents.name = kTaskCertificate;
  std::vector<Dialled> tasks;
  for (const script::Host& host : topology.hosts) {  // all side by side
    const absl::Status dialled = tasks.emplace_back(host, agents).Dial();
    if (!dialled.ok()) return dialled;
  }
  auto fleet = std::make_unique<fleet::Fleet>();
  fleet->kind = "swarm";
  for (size_t i = 0; i < tasks.size(); ++i) {
    const std::string& name = topology.hosts[i].name;
    auto channel = tasks[i].Connected(interruption);
    if (!channel.ok()) return channel.status();
    fleet->hosts.push_back({name, {}, fleet::AgentLink::Dial(name, *channel, kDescribePatience)});
  }
  if (absl::Status cast = fleet::GiveParts(topology, {false, data}, *fleet); !cast.ok())
    return cast;
  return fleet;
}

}  // namespace balcony::containers
