#include "agent/option_values.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/interface_name.h"
#include "agent/outcome.h"
#include "agent/refusal.h"

namespace balcony::agent {
namespace {

using v1::OptionValue;

constexpr int64_t kNanosPerMilli = 1'000'000;
constexpr size_t kTextBytes = 15;  // TCP_CA_NAME_MAX and IFNAMSIZ have room for a zero behind it

OptionValue::ValueCase CaseOf(Kind kind) {
  switch (kind) {
    case Kind::kFlag:
      return OptionValue::kFlag;
    case Kind::kNumber:
    case Kind::kUnsigned:
      return OptionValue::kNumber;
    case Kind::kSeconds:
    case Kind::kMilliseconds:
    case Kind::kTime:
      return OptionValue::kDuration;
    case Kind::kLinger:
      return OptionValue::kLinger;
    case Kind::kText:
    case Kind::kAddress:
    case Kind::kInterface:
      return OptionValue::kText;
    case Kind::kWord:
      return OptionValue::kWord;
    case Kind::kMembership:
      return OptionValue::kMembership;
    default:
      return OptionValue::kError;
  }
}

const std::string& NameOf(OptionValue::ValueCase which) {
  return OptionValue::descriptor()->FindFieldByNumber(which)->name();
}

template <class T>
std::string Bytes(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// What the kernel has filled in; zeros where it gave less.
template <class T>
T Filled(const std::string& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return value;
}

absl::Status CheckKind(const Option& option, const OptionValue& value) {
  if (option.kind == Kind::kError) {
    return InvalidArgument("value", absl::StrCat(option.name, " is only read"));
  }
  const OptionValue::ValueCase right = CaseOf(option.kind);
  if (value.value_case() == right) return absl::OkStatus();
  std::string message = absl::StrCat(option.name, " takes a value of the kind ", NameOf(right));
  if (value.value_case() != OptionValue::VALUE_NOT_SET) {
    absl::StrAppend(&message, ", and not ", NameOf(value.value_case()));
  }
  return InvalidArgument("value", message);
}

template <class Int>
absl::StatusOr<std::string> ToInt(int64_t number, const char* field) {
  using Limits = std::numeric_limits<Int>;
  if (number >= Limits::min() && number <= Limits::max()) return Bytes(static_cast<Int>(number));
  return InvalidArgument(
      field, absl::StrCat(number, " is not within ", Limits::min(), " to ", Limits::max()));
}

absl::StatusOr<std::string> ToDuration(const Option& option,
                                       const google::protobuf::Duration& time) {
  constexpr char kField[] = "value.duration";
  const int64_t tick = option.kind == Kind::kSeconds        ? kNanosPerSecond
                       : option.kind == Kind::kMilliseconds ? kNanosPerMilli
                                                            : kNanosPerMicro;
  if (time.seconds() < -kDurationSeconds || time.seconds() > kDurationSeconds) {
    return InvalidArgument(kField, "a duration is at most 10,000 years");
  }
  if (time.nanos() % tick != 0 || time.nanos() <= -kNanosPerSecond ||
      time.nanos() >= kNanosPerSecond) {
    return InvalidArgument(kField, absl::StrCat(option.name, " counts in steps of ",
                                                absl::FormatDuration(absl::Nanoseconds(tick))));
  }
  if (option.kind == Kind::kTime) {
    // The kernel would take a negative time for none, and then say that there is no limit.
    if (time.seconds() < 0 || time.nanos() < 0) {
      return InvalidArgument(kField, absl::StrCat(option.name, " is 0 or more"));
    }
    return Bytes(timeval{time.seconds(), time.nanos() / kNanosPerMicro});
  }
  const int64_t ticks_per_second = kNanosPerSecond / tick;
  return ToInt<int>(time.seconds() * ticks_per_second + time.nanos() / tick, kField);
}

absl::StatusOr<std::string> ToText(const Option& option, const std::string& text) {
  if (text.size() <= kTextBytes) return text;
  return InvalidArgument("value.text", absl::StrCat(option.name, " has at most ", kTextBytes,
                                                    " bytes; these are ", text.size()));
}

absl::StatusOr<std::string> ToWord(const Option& option, const std::string& word) {
  for (const Word& known : option.words) {
    if (word == known.name) return Bytes(known.number);
  }
  const auto name = [](std::string* out, const Word& known) { out->append(known.name); };
  return InvalidArgument("value.word", absl::StrCat(option.name, " is one of ",
                                                    absl::StrJoin(option.words, ", ", name)));
}

absl::StatusOr<std::string> ToMembership(const Option& option, const v1::Membership& membership) {
  constexpr char kGroup[] = "value.membership.group";
  const bool v6 = option.level == IPPROTO_IPV6;
  absl::StatusOr<Interface> interface =
      FindInterface("value.membership.interface", membership.interface(), v6);
  if (!interface.ok()) return interface.status();
  ip_mreqn four{{}, interface->address, interface->index};
  ipv6_mreq six{{}, static_cast<unsigned>(interface->index)};
  const std::string& group = membership.group();
  const int family = v6 ? AF_INET6 : AF_INET;
  void* room = v6 ? static_cast<void*>(&six.ipv6mr_multiaddr) : &four.imr_multiaddr;
  if (group.find('\0') != std::string::npos || inet_pton(family, group.c_str(), room) != 1) {
    return InvalidArgument(
        kGroup, absl::StrCat(Quoted(group), " is not an ", v6 ? "IPv6" : "IPv4", " address"));
  }
  return v6 ? Bytes(six) : Bytes(four);
}

// The interface of IP_MULTICAST_IF and IPV6_MULTICAST_IF.
absl::StatusOr<std::string> ToInterface(const Option& option, const std::string& text) {
  const bool by_index = option.kind == Kind::kInterface;
  absl::StatusOr<Interface> interface = FindInterface("value.text", text, by_index);
  if (!interface.ok()) return interface.status();
  if (by_index) return Bytes(interface->index);
  return Bytes(ip_mreqn{{}, interface->address, interface->index});
}

std::string WordOf(const Option& option, int number) {
  const auto found = std::ranges::find(option.words, number, &Word::number);
  return found != option.words.end() ? found->name : std::to_string(number);
}

std::string AddressText(const in_addr& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  return inet_ntop(AF_INET, &address, text.data(), text.size());
}

size_t RoomFor(Kind kind) {
  switch (kind) {
    case Kind::kTime:
      return sizeof(timeval);
    case Kind::kLinger:
      return sizeof(linger);
    case Kind::kText:
      return kTextBytes + 1;
    default:
      return sizeof(int);
  }
}

void FromKernel(const Option& option, const std::string& bytes, OptionValue& value) {
  const auto number = Filled<int>(bytes);
  switch (option.kind) {
    case Kind::kFlag:
      return value.set_flag(number != 0);
    case Kind::kNumber:
      return value.set_number(number);
    case Kind::kUnsigned:
      return value.set_number(Filled<unsigned>(bytes));
    case Kind::kSeconds:
      return SetDuration(absl::Seconds(number), value.mutable_duration());
    case Kind::kMilliseconds:
      return SetDuration(absl::Milliseconds(number), value.mutable_duration());
    case Kind::kTime:
      return SetDuration(absl::DurationFromTimeval(Filled<timeval>(bytes)),
                         value.mutable_duration());
    case Kind::kLinger:
      value.mutable_linger()->set_onoff(Filled<linger>(bytes).l_onoff != 0);
      return value.mutable_linger()->set_linger(Filled<linger>(bytes).l_linger);
    case Kind::kText:
      return value.set_text(bytes.substr(0, bytes.find('\0')));
    case Kind::kAddress:
      return value.set_text(AddressText(Filled<in_addr>(bytes)));
    case Kind::kInterface:
      return value.set_text(InterfaceName(number));
    case Kind::kWord:
      return value.set_word(WordOf(option, number));
    case Kind::kMembership:
      return;  // the kernel does not give it
    case Kind::kError:
      if (number == 0) return void(value.mutable_error());
      value.mutable_error()->mutable_error()->set_number(number);
      return value.mutable_error()->mutable_error()->set_name(ErrnoName(number));
  }
}

}  // namespace

const std::string& FieldOf(Kind kind) { return NameOf(CaseOf(kind)); }

absl::StatusOr<std::string> ToKernel(const Option& option, const OptionValue& value) {
  absl::Status status = CheckKind(option, value);
  if (!status.ok()) return status;
  switch (option.kind) {
    case Kind::kFlag:
      return Bytes(value.flag() ? 1 : 0);
    case Kind::kNumber:
      return ToInt<int>(value.number(), "value.number");
    case Kind::kUnsigned:
      return ToInt<unsigned>(value.number(), "value.number");
    case Kind::kSeconds:
    case Kind::kMilliseconds:
    case Kind::kTime:
      return ToDuration(option, value.duration());
    case Kind::kLinger:
      return Bytes(linger{value.linger().onoff() ? 1 : 0, value.linger().linger()});
    case Kind::kText:
      return ToText(option, value.text());
    case Kind::kAddress:
    case Kind::kInterface:
      return ToInterface(option, value.text());
    case Kind::kWord:
      return ToWord(option, value.word());
    default:
      return ToMembership(option, value.membership());
  }
}

int GetOption(const Socket& socket, const Option& option, OptionValue& value) {
  std::string bytes(RoomFor(option.kind), '\0');
  auto size = static_cast<socklen_t>(bytes.size());
  if (getsockopt(socket.descriptor(), option.level, option.number, bytes.data(), &size) != 0) {
    return errno;
  }
  bytes.resize(size);
  FromKernel(option, bytes, value);
  return 0;
}

int SetOption(const Socket& socket, const Option& option, const std::string& bytes) {
  const auto size = static_cast<socklen_t>(bytes.size());
  return setsockopt(socket.descriptor(), option.level, option.number, bytes.data(), size) == 0
             ? 0
             : errno;
}

}  // namespace balcony::agent
