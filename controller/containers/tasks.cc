#include "controller/containers/tasks.h"

#include <poll.h>

#include <algorithm>
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
constexpr std::chrono::milliseconds kLookUp(200);        // for an interruption
constexpr char kHandshakeFailed[] = "handshake failed";  // gRPC's words

std::string AddressOf(const script::Host& host) {
  const TaskName task = TaskOf(host);
  return absl::StrCat(task.service, "-", task.slot, ":", kTaskPort);
}

// Why a channel that failed to connect has: gRPC tells those alone who ask something.
std::string WhyNot(const std::shared_ptr<grpc::Channel>& channel) {
  if (channel->GetState(false) != GRPC_CHANNEL_TRANSIENT_FAILURE) return "";
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kLookUp);
  v1::DescribeResponse response;
  return v1::Agent::NewStub(channel)->Describe(&context, {}, &response).error_message();
}

// Waits until the host's agent is connected to. One that is there and cannot be trusted is not
// waited for.
absl::Status AwaitConnected(const script::Host& host, const std::shared_ptr<grpc::Channel>& channel,
                            int interruption) {
  using Clock = std::chrono::system_clock;  // as gRPC has it
  const auto give_up = Clock::now() + kTasksPatience;
  while (!channel->WaitForConnected(std::min(give_up, Clock::now() + kLookUp))) {
    pollfd interrupted{.fd = interruption, .events = POLLIN, .revents = 0};
    if (poll(&interrupted, 1, 0) > 0) {
      return absl::CancelledError(
          absl::StrCat(host.name, ": interrupted before its agent was there"));
    }
    const std::string why = WhyNot(channel);
    if (absl::StrContains(why, kHandshakeFailed)) {
      return absl::UnavailableError(absl::StrCat(
          host.name, ": the certificates of the agent at ", AddressOf(host),
          " and ours do not fit; balcony certs makes them together, and a stack keeps those that it"
          " was deployed with: ",
          why));
    }
    if (Clock::now() < give_up) continue;
    return absl::UnavailableError(absl::StrCat(host.name, ": no agent answers at ", AddressOf(host),
                                               " within ", kTasksPatience.count(),
                                               " seconds: is the task running? ", why));
  }
  return absl::OkStatus();
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
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (const script::Host& host : topology.hosts) {
    auto channel = fleet::ChannelTo(AddressOf(host), agents);
    if (!channel.ok()) return channel.status();
    (*channel)->GetState(true);  // all are dialled side by side
    channels.push_back(*std::move(channel));
  }
  auto fleet = std::make_unique<fleet::Fleet>();
  fleet->kind = "swarm";
  for (size_t i = 0; i < channels.size(); ++i) {
    const script::Host& host = topology.hosts[i];
    const absl::Status there = AwaitConnected(host, channels[i], interruption);
    if (!there.ok()) return there;
    fleet->hosts.push_back(
        {host.name, {}, fleet::AgentLink::Dial(host.name, channels[i], kDescribePatience)});
  }
  if (absl::Status cast = fleet::GiveParts(topology, {false, data}, *fleet); !cast.ok())
    return cast;
  return fleet;
}

}  // namespace balcony::containers
