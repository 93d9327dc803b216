#include "agent/message.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "agent/endpoint.h"
#include "agent/flags.h"
#include "agent/interface_name.h"
#include "agent/outcome.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr int kMostOfAByte = 255;

template <class Value>
void Append(int level, int type, const Value& value, std::string& control) {
  cmsghdr header{};
  header.cmsg_level = level;
  header.cmsg_type = type;
  header.cmsg_len = CMSG_LEN(sizeof value);
  const size_t at = control.size();
  control.resize(at + CMSG_SPACE(sizeof value));
  std::memcpy(control.data() + at, &header, sizeof header);
  std::memcpy(control.data() + at + CMSG_LEN(0), &value, sizeof value);
}

// None if the kernel had no room for all of it.
template <class Value>
std::optional<Value> Read(const cmsghdr& header) {
  Value value;
  if (header.cmsg_len < CMSG_LEN(sizeof value)) return std::nullopt;
  std::memcpy(&value, CMSG_DATA(&header), sizeof value);
  return value;
}

absl::Status CheckRange(const char* field, int value, int least) {
  if (value >= least && value <= kMostOfAByte) return absl::OkStatus();
  return InvalidArgument(
      field, absl::StrCat(field, " must be ", least, " to ", kMostOfAByte, "; it is ", value));
}

// An IPv6 socket may send to an IPv4 address, and then the kernel reads IPv4's messages. Each of
// the two skips the other's.
void AppendNumber(int family, int v4_type, int v6_type, int value, std::string& control) {
  Append(IPPROTO_IP, v4_type, value, control);
  if (family == AF_INET6) Append(IPPROTO_IPV6, v6_type, value, control);
}

absl::Status AppendPacketInfo(const v1::PacketInfo& asked, int family, std::string& control) {
  if (!asked.local().empty()) {
    return InvalidArgument("pktinfo.local", "pktinfo.local is for responses");
  }
  uint32_t index = 0;
  if (const std::string& name = asked.interface(); !name.empty()) {
    if (name.find('\0') == std::string::npos) index = if_nametoindex(name.c_str());
    if (index == 0) {
      return InvalidArgument("pktinfo.interface",
                             absl::StrCat("no interface ", Quoted(name), " on this host"));
    }
  }
  Address source;
  if (!asked.address().empty()) {
    v1::Endpoint endpoint;
    endpoint.set_address(asked.address());
    const auto parsed = ParseEndpoint("pktinfo", endpoint);
    if (!parsed.ok()) return parsed.status();
    if (parsed->family() != family) {
      return InvalidArgument("pktinfo.address", "the address is not of the socket's own family");
    }
    source = *parsed;
  }
  if (family == AF_INET6) {
    in6_pktinfo info{};
    info.ipi6_ifindex = index != 0 ? index : source.scope();
    if (source.known()) std::memcpy(&info.ipi6_addr, source.bytes(), source.bytes_size());
    Append(IPPROTO_IPV6, IPV6_PKTINFO, info, control);
  } else {
    in_pktinfo info{};
    info.ipi_ifindex = static_cast<int>(index);
    if (source.known()) std::memcpy(&info.ipi_spec_dst, source.bytes(), source.bytes_size());
    Append(IPPROTO_IP, IP_PKTINFO, info, control);
  }
  return absl::OkStatus();
}

template <class Bytes>
std::string Text(int family, const Bytes& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(family, &address, text, sizeof text);
  return text;
}

v1::Origin OriginOf(uint8_t origin) {
  switch (origin) {
    case SO_EE_ORIGIN_LOCAL:
      return v1::ORIGIN_LOCAL;
    case SO_EE_ORIGIN_ICMP:
      return v1::ORIGIN_ICMP;
    case SO_EE_ORIGIN_ICMP6:
      return v1::ORIGIN_ICMPV6;
    default:
      return v1::ORIGIN_OTHER;
  }
}

// IP_RECVERR, IPV6_RECVERR: the error, and behind it the address of who reported it.
template <class Offender>
void PrintError(const cmsghdr& header, v1::RecvmsgResponse* response) {
  struct Queued {
    sock_extended_err error;
    Offender offender;
  };
  const auto queued = Read<Queued>(header);
  if (!queued) return;
  const sock_extended_err& from = queued->error;
  v1::ExtendedError* error = response->mutable_error();
  error->mutable_error()->set_number(static_cast<int32_t>(from.ee_errno));
  error->mutable_error()->set_name(ErrnoName(static_cast<int>(from.ee_errno)));
  error->set_origin(OriginOf(from.ee_origin));
  error->set_type(from.ee_type);
  error->set_code(from.ee_code);
  error->set_info(from.ee_info);
  const Address offender(queued->offender);
  if (offender.family() != AF_UNSPEC) PrintEndpoint(offender, error->mutable_offender());
}

void PrintIp(const cmsghdr& header, v1::RecvmsgResponse* response) {
  switch (header.cmsg_type) {
    case IP_TTL:
      if (const auto ttl = Read<int>(header)) response->set_ttl(*ttl);
      break;
    case IP_TOS:
      if (const auto tos = Read<uint8_t>(header)) response->set_tos(*tos);
      break;
    case IP_PKTINFO:
      if (const auto info = Read<in_pktinfo>(header)) {
        v1::PacketInfo* pktinfo = response->mutable_pktinfo();
        pktinfo->set_interface(InterfaceName(info->ipi_ifindex));
        pktinfo->set_address(Text(AF_INET, info->ipi_addr));
        pktinfo->set_local(Text(AF_INET, info->ipi_spec_dst));
      }
      break;
    case IP_RECVERR:
      PrintError<sockaddr_in>(header, response);
      break;
    default:
      break;
  }
}

void PrintIpv6(const cmsghdr& header, v1::RecvmsgResponse* response) {
  switch (header.cmsg_type) {
    case IPV6_HOPLIMIT:
      if (const auto limit = Read<int>(header)) response->set_ttl(*limit);
      break;
    case IPV6_TCLASS:
      if (const auto traffic_class = Read<int>(header)) response->set_tos(*traffic_class);
      break;
    case IPV6_PKTINFO:
      if (const auto info = Read<in6_pktinfo>(header)) {
        v1::PacketInfo* pktinfo = response->mutable_pktinfo();
        pktinfo->set_interface(InterfaceName(static_cast<int>(info->ipi6_ifindex)));
        pktinfo->set_address(Text(AF_INET6, info->ipi6_addr));
      }
      break;
    case IPV6_RECVERR:
      PrintError<sockaddr_in6>(header, response);
      break;
    default:
      break;
  }
}

// SO_TIMESTAMP counts in microseconds, SO_TIMESTAMPNS in nanoseconds.
void PrintTime(const cmsghdr& header, v1::RecvmsgResponse* response) {
  if (header.cmsg_type == SCM_TIMESTAMP) {
    if (const auto time = Read<timeval>(header)) {
      SetTimestamp(absl::TimeFromTimeval(*time), response->mutable_timestamp());
    }
  } else if (header.cmsg_type == SCM_TIMESTAMPNS) {
    if (const auto time = Read<timespec>(header)) {
      SetTimestamp(absl::TimeFromTimespec(*time), response->mutable_timestamp());
    }
  }
}

}  // namespace

absl::StatusOr<std::string> BuildControl(const v1::SendmsgRequest& request, int family) {
  std::string control;
  absl::Status status;
  if (request.has_ttl()) {
    status.Update(CheckRange("ttl", request.ttl(), family == AF_INET6 ? 0 : 1));
    AppendNumber(family, IP_TTL, IPV6_HOPLIMIT, request.ttl(), control);
  }
  if (request.has_tos()) {
    status.Update(CheckRange("tos", request.tos(), 0));
    AppendNumber(family, IP_TOS, IPV6_TCLASS, request.tos(), control);
  }
  if (request.has_pktinfo()) status.Update(AppendPacketInfo(request.pktinfo(), family, control));
  if (!status.ok()) return status;
  return control;
}

void PrintMessage(int flags, const std::string& control, v1::RecvmsgResponse* response) {
  PrintFlags(flags, response->mutable_flags());
  std::string copy = control;  // msghdr is not const
  msghdr message{};
  message.msg_control = copy.data();
  message.msg_controllen = copy.size();
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == IPPROTO_IP) PrintIp(*header, response);
    if (header->cmsg_level == IPPROTO_IPV6) PrintIpv6(*header, response);
    if (header->cmsg_level == SOL_SOCKET) PrintTime(*header, response);
  }
}

}  // namespace balcony::agent
