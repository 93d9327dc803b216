#include "bench/bench_fleet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace balcony::bench {
namespace {

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  if (value.ok()) return *std::move(value);
  std::cerr << value.status() << "\n";
  std::abort();
}

}  // namespace

BenchFleet& BenchFleet::Get() {
  static auto* const kFleet = new BenchFleet;
  return *kFleet;
}

BenchFleet::BenchFleet() : nursery_(OrDie(fleet::Nursery::Start())) {}

std::unique_ptr<fleet::Fleet> BenchFleet::Make() {
  script::Topology topology;
  topology.hosts.push_back({"host", "host", 0, {{"10.0.0.1", 24, 0}}, {}});
  topology.lans.push_back({"10.0.0.0/24"});
  auto fleet = OrDie(fleet::MakeLoopbackFleet(topology, *nursery_, {}));
  MakeSocket(*fleet->hosts.front().agent);
  return fleet;
}

void Await(const std::shared_ptr<fleet::PendingCall>& call) {
  if (!call->WaitUntilEnded(absl::Seconds(10))) std::abort();
  if (!call->result().ok()) OrDie(absl::StatusOr<int>(call->result().status()));
}

void MakeSocket(fleet::AgentLink& agent) { Await(agent.Start(UdpSocket())); }

v1::Call UdpSocket() {
  v1::Call call;
  call.mutable_socket()->set_socket("sock");
  call.mutable_socket()->set_family(v1::FAMILY_INET);
  call.mutable_socket()->set_transport(v1::TRANSPORT_UDP);
  return call;
}

v1::Call Getsockname() {
  v1::Call call;
  call.mutable_getsockname()->set_socket("sock");
  return call;
}

v1::Call Sendto() {
  v1::Call call;
  v1::SendtoRequest& request = *call.mutable_sendto();
  request.set_socket("sock");
  request.mutable_data()->set_unit(std::string(kHello));
  request.mutable_address()->set_address("127.0.0.1");
  request.mutable_address()->set_port(kDiscardPort);
  return call;
}

void SendToNobody(int udp) {
  sockaddr_in nobody{};
  nobody.sin_family = AF_INET;
  nobody.sin_port = htons(kDiscardPort);
  nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)!sendto(udp, kHello.data(), kHello.size(), MSG_DONTWAIT,
                reinterpret_cast<const sockaddr*>(&nobody), sizeof nobody);
}

std::string Beside(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

}  // namespace balcony::bench
