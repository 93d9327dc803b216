// Tries the experiment's network between all hosts of a fleet, and names what is wrong.
// Owns:   nothing. Thread: one; it makes others and waits for them.
// Errors: an agent that is lost is a finding.
// Source: docs/testbeds.md.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "balcony/v1/describe.pb.h"
#include "balcony/v1/observe.pb.h"
#include "controller/fleet/agent_link.h"
#include "controller/fleet/parts.h"
#include "controller/hosts/diagnosis.h"

namespace balcony::hosts {

struct Patient {
  std::string name;
  fleet::AgentLink* agent = nullptr;
};

// A port that an experiment takes.
struct WantedPort {
  std::string host;  // empty: on each
  v1::Transport transport = v1::TRANSPORT_TCP;
  uint32_t port = 0;

  bool operator<(const WantedPort& other) const {
    return std::tie(host, transport, port) < std::tie(other.host, other.transport, other.port);
  }
};

class Doctor {
 public:
  Doctor(std::vector<Patient> patients, fleet::Stage stage, std::set<WantedPort> ports)
      : patients_(std::move(patients)), stage_(std::move(stage)), ports_(std::move(ports)) {}

  std::vector<Finding> Examine();

  // How many pairs of addresses were tried, each way.
  size_t paths() const { return paths_; }

 private:
  // An address of a host's on the experiment's network.
  struct Own {
    std::string address;
    std::string network;  // "10.77.1.0/24"
    std::string interface;
    uint32_t mtu = 0;
  };

  // What is known of a patient; no addresses where it could not be asked, or has none.
  struct Chart {
    std::vector<Own> own;
    std::string control_address;
  };

  struct Pair {
    size_t from = 0;
    size_t to = 0;
    Own source;
    Own target;
  };

  struct Tried {
    std::vector<Finding> findings;
    bool silent = false;  // nothing arrived, and nobody said a word
  };

  Chart Look(const Patient& patient);
  void LookAtItself(const Patient& patient, const v1::DescribeResponse& description);
  void LookAtInterfaces(const Patient& patient, const v1::DescribeResponse& own);
  void LookAtClock(const Patient& patient);
  void LookAtPorts(const Patient& patient);
  void LookAtNames(const Patient& patient);
  std::vector<Pair> Pairs();
  Tried Try(const Pair& pair);
  void Conclude(const std::vector<Pair>& pairs, std::vector<Tried> tried);

  const std::vector<Patient> patients_;
  const fleet::Stage stage_;
  const std::set<WantedPort> ports_;
  std::vector<Chart> charts_;  // in the order of the patients
  std::vector<Finding> findings_;
  size_t paths_ = 0;
};

}  // namespace balcony::hosts
