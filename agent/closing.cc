#include "agent/closing.h"

namespace balcony::agent {

Progress Closing::Try(Socket& socket) {
  if (linger_ > absl::ZeroDuration() && !begun_) {
    begun_ = true;
    // Where it fails there is no connection any more, and nothing is waited for.
    socket.Shutdown(v1::HOW_RDWR);
  }
  if (begun_ && socket.AwaitsItsEnd()) return Progress::kBlocked;
  answer_ = socket.Close();
  return Progress::kEnded;
}

std::optional<int> Closing::TimeUp() { return socket_.Close(); }

v1::Outcome* Closing::Report(const Socket&, bool, v1::Done& done) {
  return done.mutable_close()->mutable_outcome();
}

}  // namespace balcony::agent
