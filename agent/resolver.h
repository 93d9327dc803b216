// One name on its way to its addresses.
// Owns:   a c-ares channel and its sockets, an epoll instance that watches them, a timer.
// Thread: whoever holds the session's mutex.
// Shapes: /etc/hosts first, then DNS as /etc/resolv.conf has it. Nothing here waits: Step brings it
//         on, and descriptor() becomes readable when another Step is of use. Ended before there is
//         an answer, it leaves nothing behind.
// Errors: those of getaddrinfo(3), by name.
// Source: getaddrinfo(3), hosts(5), resolv.conf(5), ares_getaddrinfo(3), RFC 1035, RFC 6724.
#pragma once

#include <ares.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/fd.h"
#include "agent/progress.h"
#include "balcony/v1/socket.pb.h"

namespace balcony::agent {

class Resolver {
 public:
  struct Options {
    std::string servers = {};  // "127.0.0.1:5300,[::1]:5301"; empty: those of resolv_conf
    std::string resolv_conf = "/etc/resolv.conf";
  };

  struct Answer {
    std::vector<std::string> addresses;  // at least one, or
    std::string error;                   // "EAI_NONAME", …
    std::string message;                 // what that means
  };

  // FAMILY_UNSPECIFIED: both. The first Step asks. kResourceExhausted: there are no descriptors.
  static absl::StatusOr<std::unique_ptr<Resolver>> Open(std::string name, v1::Family family,
                                                        const Options& options);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  Progress Step();
  int descriptor() const { return epoll_.get(); }

  // REQUIRES: Step gave kEnded.
  const Answer& answer() const { return answer_; }

 private:
  Resolver(std::string name, v1::Family family);

  void Ask();
  // False if the name is none.
  bool TakeLiteral();
  void Take(int status, ares_addrinfo* found);
  void Watch(int descriptor, bool readable, bool writable);
  // Lets c-ares read, write and look at its time-outs; false if there was nothing to do.
  bool Round();
  void Arm();

  const std::string name_;
  const v1::Family family_;
  const Fd epoll_;
  const Fd timer_;
  ares_channel channel_ = nullptr;
  bool asked_ = false;
  bool ended_ = false;
  Answer answer_;
};

}  // namespace balcony::agent
