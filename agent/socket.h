// One descriptor of a kernel socket, owned, and the calls on it that take no data.
// Owns:   the descriptor, non-blocking, close-on-exec, with no option set; move-only. Shares what
//         is remembered of the kernel's socket with its duplicates. After Close it still knows its
//         tuple. The destructor never waits: it clears a linger first.
// Thread: whoever holds its session's mutex.
// Shapes: a "blocking" socket of an experiment is non-blocking underneath: EAGAIN and EINPROGRESS
//         come to the caller, who parks the call if blocking() says so.
// Errors: answers are the kernel's: 0, or errno(3).
// Source: socket(2), bind(2), listen(2), accept4(2), connect(2), dup(2), shutdown(2), close(2),
//         getsockname(2), getpeername(2), socket(7).
#pragma once

#include <memory>

#include "absl/time/time.h"
#include "agent/direction.h"
#include "agent/endpoint.h"
#include "agent/fd.h"
#include "balcony/v1/socket.pb.h"

namespace balcony::agent {

// What the kernel's tables know a socket by. Remembered, because after TIME-WAIT the descriptor has
// forgotten its peer.
struct Tuple {
  v1::Transport transport = v1::TRANSPORT_UNSPECIFIED;
  Address local;           // unknown, or as getsockname(2) last told
  Address peer;            // unknown where there never was one
  uint32_t interface = 0;  // that it is bound to, SO_BINDTODEVICE; 0: none
};

class Socket {
 public:
  Socket() = default;
  Socket(Socket&&) = default;
  Socket& operator=(Socket&&) = default;
  ~Socket();

  // socket(2). REQUIRES: not open; family and transport are specified, the protocol for RAW alone.
  int Open(v1::Family family, v1::Transport transport, v1::Protocol protocol);

  int Bind(const Address& address);
  int Listen(int backlog);
  int Accept(Socket& connection);
  int Connect(const Address& address);
  // What became of a connection that is under way: EALREADY, or what a connect(2) that blocks would
  // have answered. REQUIRES: the caller's own Connect gave EINPROGRESS or EALREADY.
  int AskConnect(const Address& address);
  // connect(2) with AF_UNSPEC.
  int Disconnect();
  int Dup(Socket& duplicate) const;
  // A connection to `address` is under way, although no Connect began it: a send(2) with
  // MSG_FASTOPEN did.
  void RememberConnect(const Address& address);
  // Whether a connect was answered that has yet to begin, with the next send (TCP_FASTOPEN_CONNECT,
  // tcp(7)). Forgets it.
  bool TakeDeferred();
  int Shutdown(v1::How how);
  // close(2), without lingering.
  int Close();
  // The open socket; what is left here is as after Close.
  Socket GiveAway();
  int Getsockname(Address& local) const;
  int Getpeername(Address& peer) const;

  // How long close(2) would wait for the peer; zero if it would not.
  absl::Duration LingerTime() const;
  // Whether the peer has yet to acknowledge the end of what was sent.
  bool AwaitsItsEnd() const;

  // SO_RCVTIMEO or SO_SNDTIMEO: how long a call that blocks may wait.
  absl::Duration Timeout(Direction direction) const;
  // What datagrams that wait hold of its memory, in bytes.
  int Memory(uint32_t& received, uint32_t& unsent) const;

  bool is_open() const { return fd_.ok(); }
  int descriptor() const { return fd_.get(); }
  bool is_tcp() const { return known_->tuple.transport == v1::TRANSPORT_TCP; }
  v1::Transport transport() const { return known_->tuple.transport; }

  // Whether Bind has succeeded. What the kernel binds by itself does not count.
  bool bound() const { return known_->bound; }
  // SO_ACCEPTCONN.
  bool Listens() const;
  // Whether it is a socket of IPv6 that carries IPv4 as well.
  bool SpeaksBoth() const;

  // O_NONBLOCK as the experiment sees it.
  bool blocking() const { return known_->blocking; }
  void set_blocking(bool blocking) { known_->blocking = blocking; }

  // With the local endpoint as it is now, or as it was at Close.
  const Tuple& tuple();

 private:
  struct Known {
    bool blocking = true;
    bool bound = false;
    bool broken_off = false;  // shutdown(2) or a disconnect came in SYN-SENT
    bool deferred = false;    // see TakeDeferred
    Tuple tuple;
  };

  // Whether its close is one that can linger: the last of a kernel's socket, and of TCP.
  bool Lingers() const { return is_tcp() && known_.use_count() == 1; }
  void RememberLocal();
  bool IsConnecting() const;

  Fd fd_;
  // Shared with the open duplicates; after Close this one's own.
  std::shared_ptr<Known> known_ = std::make_shared<Known>();
};

}  // namespace balcony::agent
