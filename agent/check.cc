#include "agent/check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agent/outcome.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

constexpr size_t kNameCharacters = 64;
constexpr size_t kUntilBytes = 1024;
constexpr uint64_t kDataBytes = uint64_t{1} << 40;

bool ContinuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// ASCII's, and U+0080 to U+009F. A message's strings are UTF-8 or the message is not parsed.
bool HasControl(const std::string& name) {
  for (size_t i = 0; i < name.size(); ++i) {
    const auto byte = static_cast<unsigned char>(name[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < name.size() && static_cast<unsigned char>(name[i + 1]) < 0xa0) {
      return true;
    }
  }
  return false;
}

template <class Enum>
absl::Status CheckEnum(const char* field, Enum value, bool known, const char* choices) {
  if (known && value != Enum{}) return absl::OkStatus();
  return InvalidArgument(field, absl::StrCat(field, " must be ", choices));
}

}  // namespace

absl::Status CheckName(const std::string& field, const std::string& name) {
  const auto continued = std::count_if(name.begin(), name.end(), ContinuesCharacter);
  const size_t characters = name.size() - static_cast<size_t>(continued);
  if (characters >= 1 && characters <= kNameCharacters && !HasControl(name))
    return absl::OkStatus();
  return InvalidArgument(
      field, absl::StrCat(field, " must have 1 to ", kNameCharacters,
                          " characters, none of them a control character; it has ", characters));
}

absl::Status CheckFamily(v1::Family family) {
  return CheckEnum("family", family, v1::Family_IsValid(family), "FAMILY_INET or FAMILY_INET6");
}

absl::Status CheckTransport(v1::Transport transport) {
  return CheckEnum("transport", transport, v1::Transport_IsValid(transport),
                   "TRANSPORT_TCP, TRANSPORT_UDP, TRANSPORT_RAW or TRANSPORT_PING");
}

absl::Status CheckProtocol(v1::Family family, v1::Transport transport, v1::Protocol protocol) {
  if (transport != v1::TRANSPORT_RAW) {
    if (protocol == v1::PROTOCOL_UNSPECIFIED) return absl::OkStatus();
    return InvalidArgument("protocol", "only TRANSPORT_RAW takes a protocol");
  }
  absl::Status status = CheckEnum("protocol", protocol, v1::Protocol_IsValid(protocol),
                                  "PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP or PROTOCOL_UDP");
  if (!status.ok()) return status;
  if (protocol == v1::PROTOCOL_ICMP && family == v1::FAMILY_INET6) {
    return InvalidArgument("protocol", "ICMP is of FAMILY_INET; FAMILY_INET6 has PROTOCOL_ICMPV6");
  }
  if (protocol == v1::PROTOCOL_ICMPV6 && family == v1::FAMILY_INET) {
    return InvalidArgument("protocol", "ICMPv6 is of FAMILY_INET6; FAMILY_INET has PROTOCOL_ICMP");
  }
  return absl::OkStatus();
}

absl::Status CheckState(v1::State state) {
  return CheckEnum("state", state, v1::State_IsValid(state), "one of the State values");
}

absl::Status CheckHow(v1::How how) {
  return CheckEnum("how", how, v1::How_IsValid(how), "HOW_RD, HOW_WR or HOW_RDWR");
}

absl::StatusOr<Address> CheckAddress(bool present, const v1::Endpoint& endpoint) {
  if (!present) return InvalidArgument("address", "address is missing");
  return ParseEndpoint("address", endpoint);
}

absl::Status CheckData(bool present, const v1::Data& data, bool is_tcp, const Limits& limits) {
  if (!present) return InvalidArgument("data", "data is missing");
  if (data.unit().size() > limits.payload_bytes) {
    return InvalidArgument("data.unit",
                           absl::StrCat("data.unit has ", data.unit().size(), " bytes, at most ",
                                        limits.payload_bytes, " are allowed; use data.count"));
  }
  const uint64_t count = data.has_count() ? data.count() : 1;
  if (count < 1 || count > kDataBytes) {
    return InvalidArgument("data.count", absl::StrCat("data.count must be 1 to ", kDataBytes));
  }
  const uint64_t at_most = is_tcp ? kDataBytes : limits.payload_bytes;
  if (data.unit().size() * count > at_most) {  // at most 2^60: no overflow
    return InvalidArgument("data.count", absl::StrCat("data.unit times data.count must be at most ",
                                                      at_most, " bytes on this socket"));
  }
  return absl::OkStatus();
}

absl::Status CheckMaxBytes(bool present, int64_t max_bytes, const Limits& limits) {
  if (!present) return InvalidArgument("max_bytes", "max_bytes is missing");
  if (max_bytes >= 0 && max_bytes <= limits.payload_bytes) return absl::OkStatus();
  return InvalidArgument("max_bytes", absl::StrCat("max_bytes must be 0 to ", limits.payload_bytes,
                                                   "; it is ", max_bytes));
}

absl::Status CheckUntil(const std::string& delimiter) {
  if (!delimiter.empty() && delimiter.size() <= kUntilBytes) return absl::OkStatus();
  return InvalidArgument("until", absl::StrCat("until must have 1 to ", kUntilBytes,
                                               " bytes; it has ", delimiter.size()));
}

absl::StatusOr<absl::Duration> CheckDuration(const std::string& field,
                                             const google::protobuf::Duration& duration) {
  if (duration.seconds() < 0 || duration.seconds() > kDurationSeconds || duration.nanos() < 0 ||
      duration.nanos() >= kNanosPerSecond) {
    return InvalidArgument(field, absl::StrCat(field, " must be a duration of 0 or more"));
  }
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

absl::StatusOr<absl::Duration> CheckPatience(const v1::Call& call, const Limits& limits) {
  if (!call.has_patience()) return limits.patience;
  absl::StatusOr<absl::Duration> asked = CheckDuration("patience", call.patience());
  if (!asked.ok() || *asked <= limits.patience) return asked;
  return InvalidArgument("patience",
                         absl::StrCat("patience is at most ", absl::FormatDuration(limits.patience),
                                      ", the agent's limit"));
}

}  // namespace balcony::agent
