// Buries what is left of sessions that have ended: their connections in TIME-WAIT, which would keep
// the next run from the same ports for a minute.
// Owns:   a thread that has CAP_NET_ADMIN and nothing else, when the rest of the process gives it
//         up; the tuples of connections that are not over yet.
// Thread: any; nobody waits for it but the destructor.
// Source: sock_diag(7), SOCK_DESTROY (tcp(7) has no word of it); RFC 9293 section 3.6.1;
//         capabilities(7): they are a thread's own.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "agent/socket.h"

namespace balcony::agent {

class Undertaker {
 public:
  // Null where this process has no CAP_NET_ADMIN, or no room for a thread: then TIME-WAIT stays.
  // REQUIRES: this is before DropPrivileges.
  static std::unique_ptr<Undertaker> Start();
  ~Undertaker();  // when all that can be buried is
  Undertaker(const Undertaker&) = delete;
  Undertaker& operator=(const Undertaker&) = delete;

  // Connections of a session that has ended; those that are not over yet are looked at again with
  // the next.
  void Bury(std::vector<Tuple> tuples);

 private:
  Undertaker() = default;
  void Run();

  std::mutex mutex_;  // covers what follows
  std::condition_variable changed_;
  std::vector<Tuple> coming_;
  bool asked_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace balcony::agent
