// One agent on a loopback address, with a UDP socket "sock", for whoever wants to measure it; and
// the calls that are made of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "controller/fleet/local.h"
#include "controller/fleet/nursery.h"

namespace balcony::bench {

class BenchFleet {
 public:
  // The one of this process. The first call must come before there is a second thread.
  static BenchFleet& Get();

  std::unique_ptr<fleet::Fleet> Make();

 private:
  BenchFleet();
  std::unique_ptr<fleet::Nursery> nursery_;
};

// Waits for the call's end, which must be a success.
void Await(const std::shared_ptr<fleet::PendingCall>& call);

// Makes "sock".
void MakeSocket(fleet::AgentLink& agent);

v1::Call UdpSocket();  // "sock"
v1::Call Getsockname();
v1::Call Sendto();  // of kHello to kDiscardPort, where nobody is

constexpr std::string_view kHello = "Hello";
constexpr uint16_t kDiscardPort = 9;

template <v1::Call (*make)()>
void OneAtATime(fleet::AgentLink& agent, int calls) {
  for (int i = 0; i < calls; ++i) Await(agent.Start(make()));
}

// The system call that Sendto() stands for.
void SendToNobody(int udp);

// The program of that name from the same build.
std::string Beside(const std::string& name);

}  // namespace balcony::bench
