#include "agent/socket.h"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "agent/linger.h"

namespace balcony::agent {
namespace {

constexpr int kAtBirth = SOCK_CLOEXEC | SOCK_NONBLOCK;

int AnswerOf(int result) { return result == 0 ? 0 : errno; }

int KernelHow(v1::How how) {
  switch (how) {
    case v1::HOW_RD:
      return SHUT_RD;
    case v1::HOW_WR:
      return SHUT_WR;
    default:
      return SHUT_RDWR;
  }
}

int KernelType(v1::Transport transport) {
  switch (transport) {
    case v1::TRANSPORT_TCP:
      return SOCK_STREAM;
    case v1::TRANSPORT_RAW:
      return SOCK_RAW;
    default:
      return SOCK_DGRAM;
  }
}

int KernelProtocol(v1::Family family, v1::Transport transport, v1::Protocol protocol) {
  if (transport == v1::TRANSPORT_PING) {
    return family == v1::FAMILY_INET6 ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP};
  }
  switch (protocol) {
    case v1::PROTOCOL_ICMP:
      return IPPROTO_ICMP;
    case v1::PROTOCOL_ICMPV6:
      return IPPROTO_ICMPV6;
    case v1::PROTOCOL_TCP:
      return IPPROTO_TCP;
    case v1::PROTOCOL_UDP:
      return IPPROTO_UDP;
    default:
      return 0;  // it follows from the type
  }
}

// To connect to the wildcard is to connect to this host: on IPv4 the kernel takes the socket's own
// address, on IPv6 the loopback address (ip_route_output_key_hash_rcu, tcp_v6_connect).
Address Substituted(const Address& asked, const Address& local) {
  const auto* bytes = static_cast<const uint8_t*>(asked.bytes());
  const auto is_zero = [](uint8_t byte) { return byte == 0; };
  if (!std::all_of(bytes, bytes + asked.bytes_size(), is_zero)) return asked;
  if (asked.family() == AF_INET6) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_addr = in6addr_loopback;
    v6.sin6_port = htons(asked.port());
    return Address(v6);
  }
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  std::memcpy(&v4.sin_addr, local.bytes(), sizeof v4.sin_addr);
  v4.sin_port = htons(asked.port());
  return Address(v4);
}

// A socket option that is an int; none if the kernel does not tell.
std::optional<int> NumberOf(const Fd& socket, int level, int option) {
  int number = 0;
  socklen_t size = sizeof number;
  if (getsockopt(socket.get(), level, option, &number, &size) != 0) return std::nullopt;
  return number;
}

}  // namespace

Socket::~Socket() {
  if (is_open() && Lingers()) StopLingering(fd_.get());
}

int Socket::Open(v1::Family family, v1::Transport transport, v1::Protocol protocol) {
  const int domain = family == v1::FAMILY_INET6 ? AF_INET6 : AF_INET;
  Fd fd(socket(domain, KernelType(transport) | kAtBirth,
               KernelProtocol(family, transport, protocol)));
  if (!fd.ok()) return errno;
  fd_ = std::move(fd);
  known_->tuple.transport = transport;
  return 0;
}

int Socket::Bind(const Address& address) {
  const int answer = AnswerOf(bind(fd_.get(), address.get(), address.size()));
  if (answer == 0) {
    known_->bound = true;
    RememberLocal();
  }
  return answer;
}

int Socket::Listen(int backlog) {
  const int answer = AnswerOf(listen(fd_.get(), backlog));
  if (answer == 0) RememberLocal();
  return answer;
}

int Socket::Accept(Socket& connection) {
  Address peer;
  int number = -1;
  do {
    number = accept4(fd_.get(), peer.room(), peer.room_size(), kAtBirth);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return errno;
  connection.fd_ = Fd(number);
  connection.known_->tuple = {known_->tuple.transport, {}, peer};
  connection.RememberLocal();
  return 0;
}

int Socket::Connect(const Address& address) {
  int answer = 0;
  known_->broken_off = false;
  do {
    answer = AnswerOf(connect(fd_.get(), address.get(), address.size()));
  } while (answer == EINTR);
  switch (answer) {
    case 0:
    case EINPROGRESS:  // the local endpoint of SYN-SENT exists from here on
      RememberConnect(address);
      known_->deferred = answer == 0 && IsConnecting();
      break;
    case EALREADY:
    case EISCONN:
      break;
    default:  // a UDP socket that was connected before still is
      if (Getpeername(known_->tuple.peer) == ENOTCONN) known_->tuple.peer = {};
  }
  return answer;
}

void Socket::RememberConnect(const Address& address) {
  known_->broken_off = false;
  RememberLocal();
  if (Getpeername(known_->tuple.peer) != 0) {
    known_->tuple.peer = Substituted(address, known_->tuple.local);
  }
}

int Socket::AskConnect(const Address& address) {
  // connect(2) tells without the harm that SO_ERROR does, but only while the attempt stands: after
  // a shutdown(2) it would begin another. There SO_ERROR is what a blocked connect(2) looks at.
  if (!known_->broken_off) return Connect(address);
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  known_->broken_off = false;
  known_->tuple.peer = {};
  return error != 0 ? error : ECONNABORTED;  // as the kernel: somebody else has taken it
}

bool Socket::TakeDeferred() { return std::exchange(known_->deferred, false); }

int Socket::Disconnect() {
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;
  const int answer = AnswerOf(connect(fd_.get(), &nobody, sizeof nobody));
  if (answer != 0) return answer;
  known_->broken_off = true;
  known_->deferred = false;
  known_->tuple.peer = {};
  RememberLocal();
  return 0;
}

int Socket::Dup(Socket& duplicate) const {
  Fd fd(fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!fd.ok()) return errno;
  duplicate.fd_ = std::move(fd);
  duplicate.known_ = known_;
  return 0;
}

int Socket::Shutdown(v1::How how) {
  const bool was_connecting = IsConnecting();
  const int answer = AnswerOf(shutdown(fd_.get(), KernelHow(how)));
  if (answer == 0 && was_connecting && !IsConnecting()) known_->broken_off = true;
  return answer;
}

int Socket::Close() {
  if (Lingers()) StopLingering(fd_.get());
  return fd_.Close();
}

Socket Socket::GiveAway() {
  RememberLocal();
  Socket given;
  given.fd_ = std::move(fd_);
  // What becomes of a duplicate is not this one's any more.
  given.known_ = std::exchange(known_, std::make_shared<Known>(*known_));
  return given;
}

absl::Duration Socket::LingerTime() const {
  return Lingers() ? agent::LingerTime(fd_.get()) : absl::ZeroDuration();
}

bool Socket::AwaitsItsEnd() const { return agent::AwaitsItsEnd(fd_.get()); }

absl::Duration Socket::Timeout(Direction direction) const {
  timeval time{};
  socklen_t size = sizeof time;
  const int option = direction == Direction::kIn ? SO_RCVTIMEO : SO_SNDTIMEO;
  getsockopt(fd_.get(), SOL_SOCKET, option, &time, &size);
  const absl::Duration timeout = absl::DurationFromTimeval(time);
  return timeout == absl::ZeroDuration() ? absl::InfiniteDuration() : timeout;
}

int Socket::Memory(uint32_t& received, uint32_t& unsent) const {
  std::array<uint32_t, SK_MEMINFO_VARS> memory{};
  socklen_t size = sizeof memory;
  if (getsockopt(fd_.get(), SOL_SOCKET, SO_MEMINFO, memory.data(), &size) != 0) return errno;
  received = memory[SK_MEMINFO_RMEM_ALLOC];
  unsent = memory[SK_MEMINFO_WMEM_ALLOC];
  return 0;
}

int Socket::Getsockname(Address& local) const {
  return AnswerOf(getsockname(fd_.get(), local.room(), local.room_size()));
}

int Socket::Getpeername(Address& peer) const {
  Address answer;
  if (getpeername(fd_.get(), answer.room(), answer.room_size()) != 0) return errno;
  peer = answer;
  return 0;
}

const Tuple& Socket::tuple() {
  if (is_open()) RememberLocal();
  return known_->tuple;
}

bool Socket::Listens() const { return NumberOf(fd_, SOL_SOCKET, SO_ACCEPTCONN).value_or(0) != 0; }

bool Socket::SpeaksBoth() const { return NumberOf(fd_, IPPROTO_IPV6, IPV6_V6ONLY) == 0; }

bool Socket::IsConnecting() const {
  tcp_info info{};
  socklen_t size = sizeof info;
  return is_tcp() && getsockopt(fd_.get(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
         info.tcpi_state == TCP_SYN_SENT;
}

void Socket::RememberLocal() {
  if (const auto interface = NumberOf(fd_, SOL_SOCKET, SO_BINDTOIFINDEX)) {
    known_->tuple.interface = static_cast<uint32_t>(*interface);
  }
  Address now;
  if (Getsockname(now) != 0) return;
  // A connection that is over may have given its port back; its TIME-WAIT is still known by it.
  if (now.port() == 0 && known_->tuple.peer.known() && known_->tuple.local.known()) return;
  known_->tuple.local = now;
}

}  // namespace balcony::agent
