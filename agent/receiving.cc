#include "agent/receiving.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "agent/poll.h"

namespace balcony::agent {
namespace {

// So many unread bytes may soon close the window.
size_t MuchFor(const Socket& socket) {
  constexpr int kMuch = 32 * 1024;
  int buffer = 0;  // with the kernel's overhead, which can be most of it
  socklen_t size = sizeof buffer;
  const bool known = getsockopt(socket.descriptor(), SOL_SOCKET, SO_RCVBUF, &buffer, &size) == 0;
  return static_cast<size_t>(known ? std::clamp(buffer / 8, 1, kMuch) : 1);
}

int Queued(const Socket& socket) {
  int bytes = 0;
  return Ioctl(socket, v1::IOCTL_SIOCINQ, bytes) == 0 ? bytes : 0;
}

}  // namespace

Progress Receiving::Go(const Socket& socket) {
  if (request_.max_bytes == 0) return GoAny(socket);
  if (!request_.delimiter.empty()) return GoUntil(socket);
  // Non-blocking, MSG_WAITALL is ignored.
  if (!request_.wait || !request_.flags.Has(v1::FLAG_WAITALL)) return GoAny(socket);
  return request_.flags.Has(v1::FLAG_PEEK) ? GoPeekAll(socket) : GoAll(socket);
}

Progress Receiving::GoAny(const Socket& socket) {
  if (Take(socket, request_.max_bytes) >= 0) return End(0);
  const int error = errno;
  // A blocking recv on UDP gives 0 bytes once shutdown(2) has ended receiving; a non-blocking one
  // never learns of it.
  if (error == EAGAIN && request_.wait && !socket.is_tcp() && Sees(socket, POLLRDHUP)) {
    return End(0);
  }
  return Fail(error);
}

Progress Receiving::GoAll(const Socket& socket) {
  for (size_t given = 0; given < kTurnBytes;) {
    // What is behind the urgent mark is for the next call.
    if (size_ > 0 && IsAtMark(socket)) return End(0);
    if (MustKeepError(socket)) return End(0);
    const ssize_t result = Take(socket, request_.max_bytes - size_);
    if (result < 0) return Fail(errno);
    given += static_cast<size_t>(result);
    if (result == 0 || size_ == request_.max_bytes) return End(0);
  }
  return Progress::kMore;
}

// Each look is from the start.
Progress Receiving::GoPeekAll(const Socket& socket) {
  // Before the peek: an end that is seen here, or a mark, has nothing behind it for this call.
  const bool ended = Sees(socket, POLLRDHUP | POLLHUP | POLLERR) || IsBeforeMark(socket);
  data_.clear();
  size_ = 0;
  const ssize_t result = Take(socket, request_.max_bytes);
  if (result < 0) return Fail(errno);
  return result == 0 || size_ == request_.max_bytes || ended ? End(0) : Progress::kBlocked;
}

// While it waits it leaves what has come in the kernel, so that a call that is cancelled has taken
// nothing. But a peek leaves the window closed, and a line longer than the receive buffer would
// never end: of much it takes all. (A byte that is left keeps its whole segment in the buffer,
// which on loopback, with 64 KiB a segment, was enough to keep the window closed.)
Progress Receiving::GoUntil(const Socket& socket) {
  if (MustKeepError(socket)) return End(0);
  // Before the peek: an end that is seen here has nothing behind it.
  const bool ended = Sees(socket, POLLRDHUP | POLLHUP | POLLERR);
  std::string there;
  const size_t room = request_.max_bytes - data_.size();
  if (Receive(socket, room, MSG_PEEK, there) < 0) return Fail(errno);
  // The end of the stream is taken too, so that it is told.
  if (there.empty()) return Take(socket, 1) < 0 ? Fail(errno) : End(0);
  if (const size_t wanted = Wanted(there, ended); wanted > 0) {
    return Take(socket, wanted) < 0 ? Fail(errno) : End(0);
  }
  if (!request_.wait) return End(EAGAIN);
  // A peek does not look behind the urgent mark.
  if (IsBeforeMark(socket)) {
    return Take(socket, there.size()) < 0 ? Fail(errno) : Progress::kMore;
  }
  if (there.size() >= MuchFor(socket) && Take(socket, there.size()) < 0) return Fail(errno);
  return Progress::kBlocked;
}

// How much of what is there makes the call complete; 0: not yet.
size_t Receiving::Wanted(const std::string& there, bool ended) const {
  // The delimiter may have begun in what was taken before.
  const size_t begun = std::min(data_.size(), request_.delimiter.size() - 1);
  const std::string seen = data_.substr(data_.size() - begun) + there;
  const size_t at = seen.find(request_.delimiter);
  if (at != std::string::npos) return at + request_.delimiter.size() - begun;
  return ended || data_.size() + there.size() == request_.max_bytes ? there.size() : 0;
}

// A recv(2) that has something and is cut short by an error gives what it has and leaves the error
// to the next call.
bool Receiving::MustKeepError(const Socket& socket) const {
  return size_ > 0 && Sees(socket, POLLERR) && Queued(socket) == 0;
}

ssize_t Receiving::Take(const Socket& socket, size_t bytes) {
  const ssize_t result = Receive(socket, bytes, ToKernel(request_.flags), data_);
  if (result > 0) size_ += static_cast<uint64_t>(result);
  if (result == 0 && bytes > 0 && size_ == 0 && socket.is_tcp() &&
      !request_.flags.Has(v1::FLAG_ERRQUEUE)) {
    end_of_stream_ = true;
  }
  return result;
}

// recvmsg(2), appending to `data`. The buffers are raw: a mebibyte that is asked for and not filled
// costs nothing.
ssize_t Receiving::Receive(const Socket& socket, size_t bytes, int flags, std::string& data) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(bytes);
  const auto control = std::make_unique_for_overwrite<char[]>(request_.control_bytes);
  iovec part{buffer.get(), bytes};
  Address source;
  msghdr message{};
  ssize_t result = 0;
  do {
    message.msg_name = source.room();
    message.msg_namelen = *source.room_size();
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.get();
    message.msg_controllen = request_.control_bytes;
    result = recvmsg(socket.descriptor(), &message, flags | MSG_DONTWAIT);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return result;
  // With MSG_TRUNC the result may be above what there was room for, and TCP drops the bytes.
  const bool dropped = socket.is_tcp() && (flags & (MSG_TRUNC | MSG_ERRQUEUE)) == MSG_TRUNC;
  if (!dropped) data.append(buffer.get(), std::min(bytes, static_cast<size_t>(result)));
  *source.room_size() = message.msg_namelen;
  from_ = source;
  flags_ = message.msg_flags;
  control_.assign(control.get(), message.msg_controllen);
  return result;
}

Progress Receiving::Fail(int error) {
  if (error == EAGAIN && request_.wait) return Progress::kBlocked;
  return End(size_ == 0 ? error : 0);
}

Progress Receiving::End(int answer) {
  answer_ = answer;
  return Progress::kEnded;
}

}  // namespace balcony::agent
