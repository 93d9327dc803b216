#include "agent/netlink.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

namespace balcony::agent {
namespace {

// The kernel makes a dump's parts no larger than this.
constexpr size_t kAnswerBytes = 32 * 1024;

// Takes the messages of one part that answer this request. Nothing: more is to come.
std::optional<int> TakePart(std::string_view part, uint32_t asked, bool ends_with_first,
                            Netlink::Take take) {
  while (part.size() >= sizeof(nlmsghdr)) {
    const auto& header = *reinterpret_cast<const nlmsghdr*>(part.data());
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > part.size()) break;
    const std::string_view body = part.substr(sizeof header, header.nlmsg_len - sizeof header);
    const std::string_view rest =
        part.substr(std::min<size_t>(NLMSG_ALIGN(header.nlmsg_len), part.size()));
    part = rest;
    // What an earlier request left behind when it failed.
    if (header.nlmsg_seq != asked) continue;
    if (header.nlmsg_type == NLMSG_ERROR) return -NetlinkMessage(body).ToHead<nlmsgerr>().error;
    if (header.nlmsg_type == NLMSG_DONE) return 0;
    take(NetlinkMessage(body));
    if (ends_with_first) return 0;
  }
  return std::nullopt;
}

}  // namespace

NetlinkRequest::NetlinkRequest(uint16_t type, int flags, const void* head, size_t size) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  Append(&header, sizeof header);
  Append(head, size);
}

void NetlinkRequest::Add(uint16_t attribute, const void* value, size_t size) {
  const rtattr head = {static_cast<uint16_t>(RTA_LENGTH(size)), attribute};
  Append(&head, sizeof head);
  Append(value, size);
}

bool NetlinkRequest::ends_with_first() const {
  return (header().nlmsg_flags & (NLM_F_ACK | NLM_F_DUMP)) == 0;
}

void NetlinkRequest::Append(const void* value, size_t size) {
  const size_t before = bytes_.size();
  bytes_.resize(before + NLMSG_ALIGN(size));
  std::memcpy(bytes_.data() + before, value, size);
  header().nlmsg_len = static_cast<uint32_t>(bytes_.size());
}

std::string_view NetlinkMessage::Attribute(size_t head_size, uint16_t attribute) const {
  std::string_view rest = body_.substr(std::min(NLMSG_ALIGN(head_size), body_.size()));
  while (rest.size() >= sizeof(rtattr)) {
    const auto& head = *reinterpret_cast<const rtattr*>(rest.data());
    if (head.rta_len < sizeof head || head.rta_len > rest.size()) break;
    if ((head.rta_type & NLA_TYPE_MASK) == attribute) {
      return rest.substr(sizeof head, head.rta_len - sizeof head);
    }
    rest.remove_prefix(std::min<size_t>(RTA_ALIGN(head.rta_len), rest.size()));
  }
  return {};
}

int Netlink::Open() {
  if (socket_.ok()) return 0;
  socket_ = Fd(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, protocol_));
  return socket_.ok() ? 0 : errno;
}

int Netlink::Ask(NetlinkRequest request, Take take) {
  if (const int answer = Open(); answer != 0) return answer;
  request.header().nlmsg_seq = ++last_asked_;
  const std::vector<char>& bytes = request.bytes_;
  if (send(socket_.get(), bytes.data(), bytes.size(), 0) < 0) return errno;
  alignas(nlmsghdr) std::array<char, kAnswerBytes> buffer;
  for (;;) {
    // The kernel answers within send(2) and within each recv(2): neither waits.
    const ssize_t received = recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0) return errno;
    const std::string_view part(buffer.data(), static_cast<size_t>(received));
    const auto answer = TakePart(part, last_asked_, request.ends_with_first(), take);
    if (answer.has_value()) return *answer;
  }
}

int Netlink::Ask(NetlinkRequest request) {
  return Ask(std::move(request), [](const NetlinkMessage&) {});
}

}  // namespace balcony::agent
