#include "controller/containers/stack_file.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "controller/containers/tasks.h"
#include "controller/script/address.h"

namespace balcony::containers {
namespace {

constexpr char kHead[] = R"(version: "3.8"
x-agent: &agent
  image: $${BALCONY_AGENT_IMAGE:-balcony-agent}
  command: [--listen, "0.0.0.0:$0", --tls-cert, /run/secrets/agent.pem,
            --tls-key, /run/secrets/agent-key.pem, --tls-ca, /run/secrets/ca.pem]
  read_only: true
  cap_drop: [ALL]
  sysctls: {$1}
  secrets:
    - {source: ca, target: ca.pem, uid: "65532", gid: "65532", mode: 0400}
    - {source: agent, target: agent.pem, uid: "65532", gid: "65532", mode: 0400}
    - {source: agent-key, target: agent-key.pem, uid: "65532", gid: "65532", mode: 0400}
services:
)";
constexpr char kTaskService[] = R"(  $0:
    <<: *agent
    hostname: "$0-{{.Task.Slot}}"
    networks: [$1, $2]
    deploy: {replicas: $3, endpoint_mode: dnsrr}
$4)";
constexpr char kTail[] = R"(  $0: {driver: overlay, internal: true, attachable: true$1}
secrets:
  ca: {file: certs/ca.pem}
  agent: {file: certs/agent-$2.pem}
  agent-key: {file: certs/agent-$2-key.pem}
)";

// Swarm's own choice of a network has 254 addresses, of which it gives each task one, and itself
// some; beyond that the tasks would wait for ever. These have 4,094.
constexpr int kFewTasks = 100;
constexpr int kNetworksPerBlock = 16;
constexpr char kLarge[] = ", ipam: {config: [{subnet: \"$0\"}]}";

// Docker's own are 0, and no IPv6 on the loopback interface.
constexpr char kUsualSysctls[] =
    R"(net.ipv4.ip_unprivileged_port_start: "1024", net.ipv6.conf.lo.disable_ipv6: "0")";

struct TaskService {
  int replicas = 1;
  std::vector<script::Sysctl> sysctls;
  std::set<int> lans;
};

// A service's own take the place of all that are usual.
std::string SysctlsOf(const TaskService& service) {
  if (service.sysctls.empty()) return "";
  std::string text = absl::StrCat("    sysctls: {", kUsualSysctls);
  for (const script::Sysctl& sysctl : service.sysctls) {
    absl::SubstituteAndAppend(&text, ", $0: \"$1\"", sysctl.path, sysctl.value);
  }
  return text + "}\n";
}

std::string Large(int tasks, int block, int network) {
  if (tasks <= kFewTasks) return "";
  return absl::Substitute(kLarge, absl::StrCat("10.", block + network / kNetworksPerBlock, ".",
                                               network % kNetworksPerBlock * 16, ".0/20"));
}

}  // namespace

std::string StackFile(const std::vector<const script::Topology*>& topologies, int block) {
  std::map<std::string, TaskService> services;
  std::set<int> lans;
  for (const script::Topology* topology : topologies) {
    for (const script::Host& host : topology->hosts) {
      const TaskName task = TaskOf(host);
      TaskService& service = services[task.service];
      service.replicas = std::max(service.replicas, task.slot);
      service.sysctls = host.sysctls;
      for (const script::HostAddress& address : host.addresses) service.lans.insert(address.lan);
    }
  }
  int tasks = 0;
  std::string text = absl::Substitute(kHead, kTaskPort, kUsualSysctls);
  for (const auto& [name, service] : services) {
    std::vector<std::string> networks;
    for (const int lan : service.lans) networks.push_back(absl::StrCat("lan-", lan + 1));
    lans.insert(service.lans.begin(), service.lans.end());
    tasks += service.replicas;
    absl::SubstituteAndAppend(&text, kTaskService, name, absl::StrJoin(networks, ", "),
                              kControlNetwork, service.replicas, SysctlsOf(service));
  }
  absl::StrAppend(&text, "networks:\n");
  for (const int lan : lans) {
    absl::StrAppend(&text, "  lan-", lan + 1, ": {driver: overlay, internal: true",
                    Large(tasks, block, lan + 1), "}\n");
  }
  absl::SubstituteAndAppend(&text, kTail, kControlNetwork, Large(tasks, block, 0),
                            kTaskCertificate);
  return text;
}

int FreeBlock(const std::vector<std::string>& prefixes, int first) {
  std::set<int> taken;
  for (const std::string& prefix : prefixes) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(prefix, '/');
    const auto bytes = script::AddressBytes(pair.first);
    int length = 0;
    if (!bytes || bytes->size() != 4 || !absl::SimpleAtoi(pair.second, &length)) continue;
    for (int block = kFirstBlock; block < kFirstBlock + kBlocks; ++block) {
      const int common = std::min(length, 16);
      const std::vector<uint8_t> begin = {10, static_cast<uint8_t>(block), 0, 0};
      if (script::NetworkOf(begin, common) == script::NetworkOf(*bytes, common)) {
        taken.insert({block, block - 1});  // a stack may go on into the next one
      }
    }
  }
  for (int i = 0; i < kBlocks; ++i) {
    const int block = kFirstBlock + (first - kFirstBlock + i) % kBlocks;
    if (taken.count(block) == 0) return block;
  }
  return first;
}

}  // namespace balcony::containers
