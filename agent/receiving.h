// One recv, recvfrom or recvmsg: how much must be there, and what has come.
// Owns:   the bytes taken so far.
// Thread: whoever holds the session's mutex.
// Shapes: recv(2) with its flags. With a delimiter it takes all up to and with that and nothing
//         behind it, by MSG_PEEK, so that what follows stays in the kernel. While it waits it takes
//         what has come only of much. MSG_WAITALL and the delimiter are for TCP.
// Units:  bytes.
// Source: recv(2), poll(2); tcp_recvmsg and __skb_recv_udp of Linux for what a blocking recv does
//         when it is cut short.
#pragma once

#include <sys/types.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "agent/endpoint.h"
#include "agent/flags.h"
#include "agent/progress.h"
#include "agent/socket.h"

namespace balcony::agent {

class Receiving {
 public:
  struct Request {
    size_t max_bytes = 0;
    Flags flags;               // recv(2)'s
    std::string delimiter;     // empty: none; otherwise without PEEK, OOB and WAITALL
    size_t control_bytes = 0;  // room for ancillary data
    bool wait = true;          // false: the experiment's socket, or this call, is non-blocking
  };

  explicit Receiving(Request request) : request_(std::move(request)) {}

  Progress Go(const Socket& socket);

  // What the kernel answered; of use after kEnded.
  int answer() const { return answer_; }
  // What it answers after SO_RCVTIMEO: with something there it gives that.
  int TimeUp() const { return size_ == 0 ? EAGAIN : 0; }
  // What recvmsg(2) returned, of all tries together.
  uint64_t size() const { return size_; }
  // TCP: recv(2) gave 0.
  bool end_of_stream() const { return end_of_stream_; }
  // How many bytes it may hold while it waits.
  size_t most_buffered() const {
    const bool gathers = request_.flags.Has(v1::FLAG_WAITALL) || !request_.delimiter.empty();
    return gathers ? request_.max_bytes : 0;
  }
  std::string TakeData() { return std::move(data_); }
  // Unknown where the kernel named nobody.
  const Address& from() const { return from_; }
  // recvmsg(2)'s msg_flags and msg_control, of the last try that gave something.
  int flags() const { return flags_; }
  const std::string& control() const { return control_; }

 private:
  Progress GoAny(const Socket& socket);
  Progress GoAll(const Socket& socket);
  Progress GoPeekAll(const Socket& socket);
  Progress GoUntil(const Socket& socket);
  bool MustKeepError(const Socket& socket) const;
  size_t Wanted(const std::string& there, bool ended) const;
  ssize_t Take(const Socket& socket, size_t bytes);
  ssize_t Receive(const Socket& socket, size_t bytes, int flags, std::string& data);
  Progress Fail(int error);
  Progress End(int answer);

  const Request request_;
  std::string data_;
  uint64_t size_ = 0;
  Address from_;
  int flags_ = 0;
  std::string control_;
  bool end_of_stream_ = false;
  int answer_ = 0;
};

}  // namespace balcony::agent
