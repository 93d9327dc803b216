#include "controller/script/options.h"

#include <algorithm>

#include "balcony/v1/option.pb.h"

namespace balcony::script {
namespace {

void Add(std::vector<Option>& options, OptionKind kind, const std::vector<std::string>& names) {
  for (const std::string& name : names) options.push_back({name, kind});
}

void AddWords(std::vector<Option>& all) {
  const std::vector<std::string> discover = {"DONT", "WANT", "DO", "PROBE", "INTERFACE", "OMIT"};
  all.push_back({"IP_MTU_DISCOVER", OptionKind::kWord, discover});
  all.push_back({"IPV6_MTU_DISCOVER", OptionKind::kWord, discover});
  all.push_back({"SO_DOMAIN", OptionKind::kWord, {"INET", "INET6"}});
  all.push_back({"SO_PROTOCOL", OptionKind::kWord, {"ICMP", "TCP", "UDP", "ICMPV6"}});
  all.push_back({"SO_TYPE", OptionKind::kWord, {"STREAM", "DGRAM", "RAW"}});
}

std::vector<Option> AllOptions() {
  std::vector<Option> all;
  Add(all, OptionKind::kFlag,
      {"SO_ACCEPTCONN",
       "SO_BROADCAST",
       "SO_DONTROUTE",
       "SO_KEEPALIVE",
       "SO_NO_CHECK",
       "SO_OOBINLINE",
       "SO_REUSEADDR",
       "SO_REUSEPORT",
       "SO_TIMESTAMP",
       "IP_BIND_ADDRESS_NO_PORT",
       "IP_FREEBIND",
       "IP_HDRINCL",
       "IP_MULTICAST_ALL",
       "IP_MULTICAST_LOOP",
       "IP_PKTINFO",
       "IP_RECVERR",
       "IP_RECVTOS",
       "IP_RECVTTL",
       "IP_TRANSPARENT",
       "IPV6_DONTFRAG",
       "IPV6_MULTICAST_ALL",
       "IPV6_MULTICAST_LOOP",
       "IPV6_RECVERR",
       "IPV6_RECVHOPLIMIT",
       "IPV6_RECVPKTINFO",
       "IPV6_RECVTCLASS",
       "IPV6_V6ONLY",
       "TCP_CORK",
       "TCP_FASTOPEN_CONNECT",
       "TCP_NODELAY",
       "TCP_QUICKACK",
       "TCP_THIN_DUPACK",
       "TCP_THIN_LINEAR_TIMEOUTS",
       "UDP_CORK"});
  Add(all, OptionKind::kNumber,
      {"ICMP_FILTER",  "SO_INCOMING_CPU",     "SO_MARK",         "SO_MAX_PACING_RATE",
       "SO_PRIORITY",  "SO_RCVBUF",           "SO_SNDBUF",       "IP_MINTTL",
       "IP_MTU",       "IP_MULTICAST_TTL",    "IP_TOS",          "IP_TTL",
       "IPV6_MTU",     "IPV6_MULTICAST_HOPS", "IPV6_TCLASS",     "IPV6_UNICAST_HOPS",
       "TCP_FASTOPEN", "TCP_KEEPCNT",         "TCP_MAXSEG",      "TCP_NOTSENT_LOWAT",
       "TCP_SYNCNT",   "TCP_TIMESTAMP",       "TCP_WINDOW_CLAMP"});
  Add(all, OptionKind::kDuration,
      {"SO_RCVTIMEO", "SO_SNDTIMEO", "TCP_DEFER_ACCEPT", "TCP_KEEPIDLE", "TCP_KEEPINTVL",
       "TCP_LINGER2", "TCP_USER_TIMEOUT"});
  Add(all, OptionKind::kText,
      {"SO_BINDTODEVICE", "IP_MULTICAST_IF", "IPV6_MULTICAST_IF", "TCP_CONGESTION"});
  Add(all, OptionKind::kMembership,
      {"IP_ADD_MEMBERSHIP", "IP_DROP_MEMBERSHIP", "IPV6_JOIN_GROUP", "IPV6_LEAVE_GROUP"});
  Add(all, OptionKind::kLinger, {"SO_LINGER"});
  Add(all, OptionKind::kError, {"SO_ERROR"});
  AddWords(all);
  std::sort(all.begin(), all.end(),
            [](const Option& a, const Option& b) { return a.name < b.name; });
  return all;
}

}  // namespace

const std::vector<Option>& Options() {
  static const auto& all = *new std::vector<Option>(AllOptions());
  return all;
}

const Option* FindOption(std::string_view name) {
  const auto found = std::find_if(Options().begin(), Options().end(),
                                  [&](const Option& option) { return option.name == name; });
  return found == Options().end() ? nullptr : &*found;
}

Shape ShapeOf(const Option& option) {
  switch (option.kind) {
    case OptionKind::kFlag:
      return {.type = Type::kFlag};
    case OptionKind::kNumber:
      return {.type = Type::kNumber};
    case OptionKind::kDuration:
      return {.type = Type::kDuration};
    case OptionKind::kLinger:
      return ShapeOf(*v1::Linger::descriptor());
    case OptionKind::kText:
      return {.type = Type::kText};
    case OptionKind::kWord:
      return {.type = Type::kWord, .words = option.words};
    case OptionKind::kMembership:
      return ShapeOf(*v1::Membership::descriptor());
    case OptionKind::kError:
      return ShapeOf(*v1::PendingError::descriptor());
  }
  return {};
}

std::string ExampleOf(const Option& option) {
  switch (option.kind) {
    case OptionKind::kFlag:
      return "1";
    case OptionKind::kNumber:
      return "10000";
    case OptionKind::kDuration:
      return "200ms";
    case OptionKind::kLinger:
      return "{onoff: 1, linger: 0}";
    case OptionKind::kText:
      return option.name == "TCP_CONGESTION" ? "\"reno\"" : "\"eth0\"";
    case OptionKind::kWord:
      return option.words.front();
    case OptionKind::kMembership:
      return option.name.starts_with("IPV6") ? "[ff02::1234]" : "239.1.2.3";
    case OptionKind::kError:
      break;
  }
  return {};
}

}  // namespace balcony::script
