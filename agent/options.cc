#include "agent/options.h"

#include <linux/icmp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr Word kTypes[] = {{"STREAM", SOCK_STREAM}, {"DGRAM", SOCK_DGRAM}, {"RAW", SOCK_RAW}};
constexpr Word kDomains[] = {{"INET", AF_INET}, {"INET6", AF_INET6}};
constexpr Word kProtocols[] = {
    {"ICMP", IPPROTO_ICMP}, {"TCP", IPPROTO_TCP}, {"UDP", IPPROTO_UDP}, {"ICMPV6", IPPROTO_ICMPV6}};
constexpr Word kDiscover[] = {
    {"DONT", IP_PMTUDISC_DONT},   {"WANT", IP_PMTUDISC_WANT},           {"DO", IP_PMTUDISC_DO},
    {"PROBE", IP_PMTUDISC_PROBE}, {"INTERFACE", IP_PMTUDISC_INTERFACE}, {"OMIT", IP_PMTUDISC_OMIT}};

// In here alone the kinds go by their short names.
namespace table {

using enum Kind;
using enum OptionAccess;

constexpr Option kOptions[] = {
    {"SO_ACCEPTCONN", SOL_SOCKET, SO_ACCEPTCONN, kFlag, kRead},
    {"SO_BINDTODEVICE", SOL_SOCKET, SO_BINDTODEVICE, kText},
    {"SO_BROADCAST", SOL_SOCKET, SO_BROADCAST, kFlag},
    {"SO_DOMAIN", SOL_SOCKET, SO_DOMAIN, kWord, kRead, "", kDomains},
    {"SO_DONTROUTE", SOL_SOCKET, SO_DONTROUTE, kFlag},
    {"SO_ERROR", SOL_SOCKET, SO_ERROR, kError, kRead},
    {"SO_INCOMING_CPU", SOL_SOCKET, SO_INCOMING_CPU, kNumber, kReadWrite, "CPU"},
    {"SO_KEEPALIVE", SOL_SOCKET, SO_KEEPALIVE, kFlag},
    {"SO_LINGER", SOL_SOCKET, SO_LINGER, kLinger},
    {"SO_MARK", SOL_SOCKET, SO_MARK, kUnsigned},
    {"SO_MAX_PACING_RATE", SOL_SOCKET, SO_MAX_PACING_RATE, kUnsigned, kReadWrite, "bytes/s"},
    {"SO_NO_CHECK", SOL_SOCKET, SO_NO_CHECK, kFlag},
    {"SO_OOBINLINE", SOL_SOCKET, SO_OOBINLINE, kFlag},
    {"SO_PRIORITY", SOL_SOCKET, SO_PRIORITY, kNumber},
    {"SO_PROTOCOL", SOL_SOCKET, SO_PROTOCOL, kWord, kRead, "", kProtocols},
    {"SO_RCVBUF", SOL_SOCKET, SO_RCVBUF, kNumber, kReadWrite, "bytes"},
    {"SO_RCVTIMEO", SOL_SOCKET, SO_RCVTIMEO, kTime},
    {"SO_REUSEADDR", SOL_SOCKET, SO_REUSEADDR, kFlag},
    {"SO_REUSEPORT", SOL_SOCKET, SO_REUSEPORT, kFlag},
    {"SO_SNDBUF", SOL_SOCKET, SO_SNDBUF, kNumber, kReadWrite, "bytes"},
    {"SO_SNDTIMEO", SOL_SOCKET, SO_SNDTIMEO, kTime},
    {"SO_TIMESTAMP", SOL_SOCKET, SO_TIMESTAMP, kFlag},
    {"SO_TYPE", SOL_SOCKET, SO_TYPE, kWord, kRead, "", kTypes},

    {"IP_ADD_MEMBERSHIP", IPPROTO_IP, IP_ADD_MEMBERSHIP, kMembership, kWrite},
    {"IP_BIND_ADDRESS_NO_PORT", IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, kFlag},
    {"IP_DROP_MEMBERSHIP", IPPROTO_IP, IP_DROP_MEMBERSHIP, kMembership, kWrite},
    {"IP_FREEBIND", IPPROTO_IP, IP_FREEBIND, kFlag},
    {"IP_HDRINCL", IPPROTO_IP, IP_HDRINCL, kFlag},
    {"IP_MINTTL", IPPROTO_IP, IP_MINTTL, kNumber, kReadWrite, "hops"},
    {"IP_MTU", IPPROTO_IP, IP_MTU, kNumber, kRead, "bytes"},
    {"IP_MTU_DISCOVER", IPPROTO_IP, IP_MTU_DISCOVER, kWord, kReadWrite, "", kDiscover},
    {"IP_MULTICAST_ALL", IPPROTO_IP, IP_MULTICAST_ALL, kFlag},
    {"IP_MULTICAST_IF", IPPROTO_IP, IP_MULTICAST_IF, kAddress},
    {"IP_MULTICAST_LOOP", IPPROTO_IP, IP_MULTICAST_LOOP, kFlag},
    {"IP_MULTICAST_TTL", IPPROTO_IP, IP_MULTICAST_TTL, kNumber, kReadWrite, "hops"},
    {"IP_PKTINFO", IPPROTO_IP, IP_PKTINFO, kFlag},
    {"IP_RECVERR", IPPROTO_IP, IP_RECVERR, kFlag},
    {"IP_RECVTOS", IPPROTO_IP, IP_RECVTOS, kFlag},
    {"IP_RECVTTL", IPPROTO_IP, IP_RECVTTL, kFlag},
    {"IP_TOS", IPPROTO_IP, IP_TOS, kNumber},
    {"IP_TRANSPARENT", IPPROTO_IP, IP_TRANSPARENT, kFlag},
    {"IP_TTL", IPPROTO_IP, IP_TTL, kNumber, kReadWrite, "hops"},

    {"IPV6_DONTFRAG", IPPROTO_IPV6, IPV6_DONTFRAG, kFlag},
    {"IPV6_JOIN_GROUP", IPPROTO_IPV6, IPV6_JOIN_GROUP, kMembership, kWrite},
    {"IPV6_LEAVE_GROUP", IPPROTO_IPV6, IPV6_LEAVE_GROUP, kMembership, kWrite},
    {"IPV6_MTU", IPPROTO_IPV6, IPV6_MTU, kNumber, kReadWrite, "bytes"},
    {"IPV6_MTU_DISCOVER", IPPROTO_IPV6, IPV6_MTU_DISCOVER, kWord, kReadWrite, "", kDiscover},
    {"IPV6_MULTICAST_ALL", IPPROTO_IPV6, IPV6_MULTICAST_ALL, kFlag},
    {"IPV6_MULTICAST_HOPS", IPPROTO_IPV6, IPV6_MULTICAST_HOPS, kNumber, kReadWrite, "hops"},
    {"IPV6_MULTICAST_IF", IPPROTO_IPV6, IPV6_MULTICAST_IF, kInterface},
    {"IPV6_MULTICAST_LOOP", IPPROTO_IPV6, IPV6_MULTICAST_LOOP, kFlag},
    {"IPV6_RECVERR", IPPROTO_IPV6, IPV6_RECVERR, kFlag},
    {"IPV6_RECVHOPLIMIT", IPPROTO_IPV6, IPV6_RECVHOPLIMIT, kFlag},
    {"IPV6_RECVPKTINFO", IPPROTO_IPV6, IPV6_RECVPKTINFO, kFlag},
    {"IPV6_RECVTCLASS", IPPROTO_IPV6, IPV6_RECVTCLASS, kFlag},
    {"IPV6_TCLASS", IPPROTO_IPV6, IPV6_TCLASS, kNumber},
    {"IPV6_UNICAST_HOPS", IPPROTO_IPV6, IPV6_UNICAST_HOPS, kNumber, kReadWrite, "hops"},
    {"IPV6_V6ONLY", IPPROTO_IPV6, IPV6_V6ONLY, kFlag},

    {"TCP_CONGESTION", IPPROTO_TCP, TCP_CONGESTION, kText},
    {"TCP_CORK", IPPROTO_TCP, TCP_CORK, kFlag},
    {"TCP_DEFER_ACCEPT", IPPROTO_TCP, TCP_DEFER_ACCEPT, kSeconds},
    {"TCP_FASTOPEN", IPPROTO_TCP, TCP_FASTOPEN, kNumber, kReadWrite, "connections"},
    {"TCP_FASTOPEN_CONNECT", IPPROTO_TCP, TCP_FASTOPEN_CONNECT, kFlag},
    {"TCP_KEEPCNT", IPPROTO_TCP, TCP_KEEPCNT, kNumber, kReadWrite, "probes"},
    {"TCP_KEEPIDLE", IPPROTO_TCP, TCP_KEEPIDLE, kSeconds},
    {"TCP_KEEPINTVL", IPPROTO_TCP, TCP_KEEPINTVL, kSeconds},
    {"TCP_LINGER2", IPPROTO_TCP, TCP_LINGER2, kSeconds},
    {"TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG, kNumber, kReadWrite, "bytes"},
    {"TCP_NODELAY", IPPROTO_TCP, TCP_NODELAY, kFlag},
    {"TCP_NOTSENT_LOWAT", IPPROTO_TCP, TCP_NOTSENT_LOWAT, kUnsigned, kReadWrite, "bytes"},
    {"TCP_QUICKACK", IPPROTO_TCP, TCP_QUICKACK, kFlag},
    {"TCP_SYNCNT", IPPROTO_TCP, TCP_SYNCNT, kNumber, kReadWrite, "SYNs"},
    {"TCP_THIN_DUPACK", IPPROTO_TCP, TCP_THIN_DUPACK, kFlag},
    {"TCP_THIN_LINEAR_TIMEOUTS", IPPROTO_TCP, TCP_THIN_LINEAR_TIMEOUTS, kFlag},
    {"TCP_TIMESTAMP", IPPROTO_TCP, TCP_TIMESTAMP, kUnsigned, kReadWrite, "ticks"},
    {"TCP_USER_TIMEOUT", IPPROTO_TCP, TCP_USER_TIMEOUT, kMilliseconds},
    {"TCP_WINDOW_CLAMP", IPPROTO_TCP, TCP_WINDOW_CLAMP, kNumber, kReadWrite, "bytes"},

    {"UDP_CORK", IPPROTO_UDP, UDP_CORK, kFlag},

    {"ICMP_FILTER", SOL_RAW, ICMP_FILTER, kUnsigned, kReadWrite, "bits"},
};

}  // namespace table

using table::kOptions;

// No name has more: what is longer is not looked at.
constexpr size_t kLongestName = 64;

// How many characters to add, leave out or change.
size_t Distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

const char* Nearest(const std::string& name) {
  const auto distance = [upper = absl::AsciiStrToUpper(name)](const Option& option) {
    return Distance(upper, option.name);
  };
  return std::ranges::min_element(kOptions, {}, distance)->name;
}

}  // namespace

std::span<const Option> Options() { return kOptions; }

absl::StatusOr<const Option*> FindOption(const std::string& name) {
  const auto* found = std::ranges::find(kOptions, name, &Option::name);
  if (found != std::end(kOptions)) return found;
  if (name.empty()) return InvalidArgument("option", "option is missing");
  std::string message = absl::StrCat("no option ", Quoted(name));
  if (name.size() <= kLongestName) absl::StrAppend(&message, "; the nearest is ", Nearest(name));
  return InvalidArgument("option", message);
}

}  // namespace balcony::agent
