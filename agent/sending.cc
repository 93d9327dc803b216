#include "agent/sending.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "agent/poll.h"

namespace balcony::agent {
namespace {

constexpr uint64_t kWindowBytes = 256 * 1024;

// As many whole units as fit, and one at least.
std::string Window(std::string unit, uint64_t count, uint64_t at_most) {
  if (count == 1 || unit.empty()) return unit;
  const uint64_t units = std::clamp<uint64_t>(at_most / unit.size(), 1, count);
  std::string window;
  window.reserve(units * unit.size());
  for (uint64_t i = 0; i < units; ++i) window += unit;
  return window;
}

}  // namespace

Sending::Sending(Request request, bool is_tcp)
    : to_(request.to),
      peer_(request.to),
      all_(request.all),
      wait_(request.wait),
      is_tcp_(is_tcp),
      total_(request.unit.size() * request.count),
      window_(Window(std::move(request.unit), request.count, is_tcp ? kWindowBytes : total_)),
      control_(std::move(request.control)),
      flags_(ToKernel(request.flags) | MSG_DONTWAIT | MSG_NOSIGNAL) {}

Progress Sending::Go(Socket& socket) {
  const bool deferred = is_tcp_ && socket.TakeDeferred();
  if (deferred) peer_ = socket.tuple().peer;
  if (deferred || (is_tcp_ && (flags_ & MSG_FASTOPEN) != 0)) return Fastopen(socket);
  if (connecting_) {
    const int answer = socket.AskConnect(peer_);
    if (answer == EINPROGRESS || answer == EALREADY) return Progress::kBlocked;
    connecting_ = false;
    // EISCONN: another call was told first that the connection stands.
    if (answer != 0 && answer != EISCONN) {
      sent_ = 0;  // what the SYN held is gone with it
      return End(answer);
    }
    if (sent_ > 0 && sent_ == total_) return End(0);
  }
  return GoOn(socket);
}

// The kernel has one answer for a connect that goes on and one for data that went with its SYN.
Progress Sending::Fastopen(Socket& socket) {
  const ssize_t result = SendWindow(socket);
  const int error = result < 0 ? errno : 0;
  flags_ &= ~MSG_FASTOPEN;
  if (error == 0 || error == EINPROGRESS) socket.RememberConnect(peer_);
  if (error == 0) sent_ += static_cast<uint64_t>(result);
  connecting_ = wait_ && (error == 0 || error == EINPROGRESS || error == EALREADY);
  if (connecting_) return Go(socket);
  return error == 0 ? End(0) : Fail(error);
}

Progress Sending::GoOn(const Socket& socket) {
  for (uint64_t given = 0; given < kTurnBytes;) {
    if (MustKeepError(socket)) return End(0);
    const ssize_t result = SendWindow(socket);
    if (result < 0) return Fail(errno);
    const auto bytes = static_cast<uint64_t>(result);
    sent_ += bytes;
    given += bytes;
    if (sent_ >= total_) return End(0);
  }
  return Progress::kMore;
}

ssize_t Sending::SendWindow(const Socket& socket) {
  const uint64_t at = window_.empty() ? 0 : sent_ % window_.size();
  const uint64_t size = std::min<uint64_t>(window_.size() - at, total_ - sent_);
  iovec part{window_.data() + at, size};
  Address to = to_;
  msghdr message{};
  message.msg_name = to.known() ? to.room() : nullptr;
  message.msg_namelen = to_.size();
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control_.empty() ? nullptr : control_.data();
  message.msg_controllen = control_.size();
  ssize_t result = 0;
  do {
    result = sendmsg(socket.descriptor(), &message, flags_);
  } while (result < 0 && errno == EINTR);
  return result;
}

// A blocking send(2) that is cut short by an error gives its count and leaves the error to the next
// call. Calling send again would consume it, so it is looked for first.
bool Sending::MustKeepError(const Socket& socket) const {
  if (sent_ == 0 || all_ || !is_tcp_) return false;
  return Sees(socket, POLLERR | POLLHUP);
}

Progress Sending::Fail(int error) {
  if (error == EAGAIN && wait_) return Progress::kBlocked;
  return End(sent_ > 0 && !all_ ? 0 : error);
}

std::optional<int> Sending::TimeUp() {
  if (sent_ == 0 && connecting_) return EINPROGRESS;  // as connect(2)
  if (!all_) return sent_ > 0 ? 0 : EAGAIN;
  // A send(2) that has sent something ends well, and the next one has the whole time again.
  if (std::exchange(sent_in_time_, sent_) < sent_) return std::nullopt;
  return EAGAIN;
}

Progress Sending::End(int answer) {
  answer_ = answer;
  return Progress::kEnded;
}

}  // namespace balcony::agent
