// What the log tells of a session: that it was opened and by whom, what it was denied, that it
// ended, and how many calls were made and denied. All lines of a session have its number. No
// payload.
// Thread: Called and Denied: whoever holds the session's mutex; the rest before and after.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "agent/denials.h"

namespace balcony::agent {

// Who is at the other end.
struct Caller {
  std::string peer;      // where: an address and port, "a path", "its starter"
  std::string identity;  // as whom: the names of a certificate, "token", "uid 1000", "anybody"
  std::string client;    // who takes part in the limits: a certificate's names, or whence it comes
  std::string owner;  // whose the sessions without a stream are: the same for as long as they last
};

class Audit {
 public:
  explicit Audit(Caller caller);
  // The end of the session.
  ~Audit();
  Audit(const Audit&) = delete;
  Audit& operator=(const Audit&) = delete;

  // A call came.
  void Called() { ++calls_; }

  // It was denied. `socket`: its name, empty if it has none. `why`: as the client is told.
  void Denied(absl::Time now, std::string_view call, std::string_view socket, std::string_view why);

 private:
  const Caller caller_;
  const std::string session_;  // a number, for the lines of one session
  uint64_t calls_ = 0;
  uint64_t denied_ = 0;
  Denials denials_;  // of those that are told
};

}  // namespace balcony::agent
