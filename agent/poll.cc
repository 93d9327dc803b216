#include "agent/poll.h"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstdint>

namespace balcony::agent {
namespace {

uint64_t KernelRequest(v1::Ioctl request) {
  switch (request) {
    case v1::IOCTL_SIOCATMARK:
      return SIOCATMARK;
    case v1::IOCTL_SIOCINQ:
      return SIOCINQ;
    case v1::IOCTL_SIOCOUTQ:
      return SIOCOUTQ;
    default:
      return SIOCOUTQNSD;
  }
}

}  // namespace

int Poll(const Socket& socket, int events, int& found) {
  pollfd look{socket.descriptor(), static_cast<int16_t>(events), 0};
  int result = 0;
  do {
    result = poll(&look, 1, 0);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return errno;
  found = look.revents;
  return 0;
}

bool Sees(const Socket& socket, int events) {
  int found = 0;
  return Poll(socket, events, found) == 0 && (found & events) != 0;
}

int Ioctl(const Socket& socket, v1::Ioctl request, int& value) {
  return ioctl(socket.descriptor(), KernelRequest(request), &value) == 0 ? 0 : errno;
}

bool IsAtMark(const Socket& socket) {
  int mark = 0;
  return Ioctl(socket, v1::IOCTL_SIOCATMARK, mark) == 0 && mark != 0;
}

bool IsBeforeMark(const Socket& socket) { return Sees(socket, POLLPRI) && !IsAtMark(socket); }

}  // namespace balcony::agent
