// Those who try to get into an agent that wants TLS with certificates: garbage, plain text, half a
// handshake, no certificate, a stranger's, and a crowd of idle connections; all at once, without
// end.
// Source: tests/agent/intruders_test.cc has each of them alone.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "controller/wire/fd.h"

namespace balcony::bench {

// Tries to get into the agent on that port of 127.0.0.1 until SIGTERM comes, with the certificate
// of a stranger (FOLDER/controller.pem and its key), then prints how often it tried and how often
// it was let in; what `balcony_bench --intrude PORT FOLDER` does.
int Intrude(uint16_t port, const std::string& folder);

// This very program again, which intrudes while it is let. It is given no more of a processor than
// nobody else wants: real intruders have their own.
class Intruders {
 public:
  struct Tally {
    double tries = 0;
    double let_in = 0;
  };

  // Begins held up.
  Intruders(uint16_t port, const std::string& folder);
  ~Intruders();
  Intruders(const Intruders&) = delete;
  Intruders& operator=(const Intruders&) = delete;

  void Let() const;
  void HoldUp() const;

  // Ends them.
  Tally Count();

 private:
  pid_t pid_ = -1;
  wire::Fd told_;
};

}  // namespace balcony::bench
