#include "agent/linger.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace balcony::agent {
namespace {

// 0 where there is none.
int TcpState(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  return getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_state : 0;
}

bool HasUnread(int descriptor) {
  int bytes = 0;
  return ioctl(descriptor, SIOCINQ, &bytes) == 0 && bytes > 0;
}

// Whether close(2) would send a FIN, or has one to wait for.
bool WouldEnd(int descriptor) {
  switch (TcpState(descriptor)) {
    case TCP_ESTABLISHED:
    case TCP_SYN_RECV:
    case TCP_CLOSE_WAIT:
      return true;
    default:
      return AwaitsItsEnd(descriptor);
  }
}

// Off if the kernel does not say.
linger Linger(int descriptor) {
  linger now{};
  socklen_t size = sizeof now;
  getsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, &size);
  return now;
}

}  // namespace

absl::Duration LingerTime(int descriptor) {
  const linger now = Linger(descriptor);
  if (now.l_onoff == 0 || now.l_linger == 0) return absl::ZeroDuration();
  // With data that nobody has read it would send a reset, which is not acknowledged.
  if (HasUnread(descriptor) || !WouldEnd(descriptor)) return absl::ZeroDuration();
  // The kernel takes a negative time for ever.
  return now.l_linger < 0 ? absl::InfiniteDuration() : absl::Seconds(now.l_linger);
}

bool AwaitsItsEnd(int descriptor) {
  const int state = TcpState(descriptor);
  return state == TCP_FIN_WAIT1 || state == TCP_CLOSING || state == TCP_LAST_ACK;
}

void StopLingering(int descriptor) {
  const linger now = Linger(descriptor);
  if (now.l_onoff == 0 || now.l_linger == 0) return;
  constexpr linger kOff{};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &kOff, sizeof kOff);
}

}  // namespace balcony::agent
