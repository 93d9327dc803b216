// Questions to the kernel over netlink, and its answers.
// Owns:   a netlink socket, once it was needed.
// Thread: one at a time.
// Shapes: an answer is as many messages as the kernel sends: one, those of a dump, or none to a
//         change. Ask returns when the answer is complete; it never waits.
// Errors: 0, or the errno that the kernel answered with.
// Source: netlink(7), rtnetlink(7), sock_diag(7).
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "agent/fd.h"

namespace balcony::agent {

// What is asked: a head of the family's own, and attributes.
class NetlinkRequest {
 public:
  // `flags` beside NLM_F_REQUEST: NLM_F_DUMP for a list, NLM_F_ACK for a change, none for one
  // message.
  template <class Head>
  NetlinkRequest(uint16_t type, int flags, const Head& head)
      : NetlinkRequest(type, flags, &head, sizeof head) {}

  void Add(uint16_t attribute, const void* value, size_t size);
  void Add(uint16_t attribute, uint32_t value) { Add(attribute, &value, sizeof value); }

  bool ends_with_first() const;

 private:
  friend class Netlink;
  NetlinkRequest(uint16_t type, int flags, const void* head, size_t size);
  void Append(const void* value, size_t size);
  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(bytes_.data()); }
  const nlmsghdr& header() const { return *reinterpret_cast<const nlmsghdr*>(bytes_.data()); }

  std::vector<char> bytes_;
};

// A message of an answer: borrowed, for as long as it is being taken.
class NetlinkMessage {
 public:
  explicit NetlinkMessage(std::string_view body) : body_(body) {}

  // What comes before the attributes; zeros where the message is shorter.
  template <class Head>
  Head ToHead() const {
    Head head{};
    std::memcpy(&head, body_.data(), std::min(sizeof head, body_.size()));
    return head;
  }

  // An attribute's value behind a head of this size; empty where there is none. Aligned to four
  // bytes.
  std::string_view Attribute(size_t head_size, uint16_t attribute) const;

 private:
  const std::string_view body_;
};

class Netlink {
 public:
  // NETLINK_ROUTE, NETLINK_SOCK_DIAG.
  explicit Netlink(int protocol) : protocol_(protocol) {}

  using Take = absl::FunctionRef<void(const NetlinkMessage&)>;
  int Ask(NetlinkRequest request, Take take);

  // For a request with NLM_F_ACK.
  int Ask(NetlinkRequest request);

 private:
  int Open();

  const int protocol_;
  uint32_t last_asked_ = 0;
  Fd socket_;
};

}  // namespace balcony::agent
