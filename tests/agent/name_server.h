// A small DNS server on loopback, over UDP and TCP. It knows the names of its .cc; others do not
// exist.
// Owns:   its sockets and a thread.
// Thread: any.
// Source: RFC 1035.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/endpoint.h"
#include "agent/fd.h"

namespace balcony::agent {

class NameServer {
 public:
  NameServer();
  ~NameServer();

  // As Resolver::Options has it.
  std::string where() const;

  int questions() const { return questions_; }

  // Answers the questions about "slow.test" so far and from now on.
  void AnswerSlow();

 private:
  struct Asked {
    std::string question;
    Address by;
  };

  void Run();
  void TakeDatagram();
  void TakeConnection();
  void Answer(const Asked& asked);

  Fd udp_;
  Fd tcp_;
  Fd stop_;
  Address address_;
  std::atomic<int> questions_ = 0;
  std::mutex mutex_;
  bool slow_ = true;
  std::vector<Asked> waiting_;
  std::thread thread_;
};

}  // namespace balcony::agent
