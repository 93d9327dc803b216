#include "tests/agent/call_maker.h"

#include <google/protobuf/text_format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "absl/strings/substitute.h"

namespace balcony::agent {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// From here on a byte asks for something that is out of the ordinary.
constexpr uint8_t kOdd = 0xf0;
constexpr uint8_t kConnection = 0xf8;
constexpr uint8_t kParsed = 0xf4;

const FieldDescriptor& CallField(int index) {
  return *v1::Call::descriptor()->FindOneofByName("call")->field(index);
}

// Takes loopback down, on which all else is played.
bool IsLeftOut(const FieldDescriptor& call) {
  return call.number() == v1::Call::kSetInterfaceFieldNumber;
}

// These cost a hundred times what the others do.
bool IsDear(const FieldDescriptor& call) {
  static constexpr int kDear[] = {
      v1::Call::kSocketsFieldNumber,      v1::Call::kResolveFieldNumber,
      v1::Call::kCountersFieldNumber,     v1::Call::kInterfacesFieldNumber,
      v1::Call::kRoutesFieldNumber,       v1::Call::kAddRouteFieldNumber,
      v1::Call::kDeleteRouteFieldNumber,  v1::Call::kNeighboursFieldNumber,
      v1::Call::kAddNeighbourFieldNumber, v1::Call::kDeleteNeighbourFieldNumber,
      v1::Call::kSysctlFieldNumber};
  return std::find(std::begin(kDear), std::end(kDear), call.number()) != std::end(kDear);
}

std::vector<const FieldDescriptor*> Calls(bool dear) {
  std::vector<const FieldDescriptor*> calls;
  for (int i = 0; i < v1::Call::descriptor()->FindOneofByName("call")->field_count(); ++i) {
    const FieldDescriptor& call = CallField(i);
    if (!IsLeftOut(call) && IsDear(call) == dear) calls.push_back(&call);
  }
  return calls;
}

bool IsName(const FieldDescriptor& field) {
  return field.name() == "socket" || field.name() == "connection" || field.name() == "duplicate";
}

template <size_t kSize>
const char* Choose(const char* const (&choices)[kSize], uint8_t byte) {
  return choices[byte % kSize];
}

constexpr const char* kNames[] = {"a", "b", "c", "d", "e", "f"};
constexpr const char* kOddNames[] = {
    "", "\x01", "\u00e9", "nobody",
    "0123456789012345678901234567890123456789012345678901234567890123456789"};
constexpr const char* kAddresses[] = {"127.0.0.1", "127.0.0.1", "::1",       "::1",
                                      "0.0.0.0",   "::",        "127.0.0.2", "::ffff:127.0.0.1"};
constexpr const char* kOddAddresses[] = {"",         "localhost", "fe80::1%lo", "127.0.0.1.1",
                                         "10.9.9.9", "ff02::1",   "224.0.0.1",  "255.255.255.255"};
// Of each kind one or more; those that change what other calls do.
constexpr const char* kOptions[] = {
    "SO_REUSEADDR", "SO_REUSEPORT",         "SO_LINGER",         "SO_RCVBUF", "SO_SNDBUF",
    "SO_ERROR",     "SO_BINDTODEVICE",      "SO_RCVTIMEO",       "IP_TTL",    "IP_MTU_DISCOVER",
    "IP_RECVERR",   "IP_MULTICAST_IF",      "IP_ADD_MEMBERSHIP", "TCP_CORK",  "TCP_DEFER_ACCEPT",
    "TCP_NODELAY",  "TCP_FASTOPEN_CONNECT", "TCP_USER_TIMEOUT",  "UDP_CORK",  "IPV6_V6ONLY",
    "IPV6_RECVERR", "IPV6_JOIN_GROUP",      "TCP_CONGESTION",    "nobody"};
constexpr int64_t kNumbers[] = {0, 1, 2, 3, 5, 16, 100, 1024, 4096, 65536};
constexpr int64_t kOddNumbers[] = {-1,
                                   INT32_MIN,
                                   INT32_MAX,
                                   65535,
                                   1'048'576,
                                   1'048'577,
                                   int64_t{1} << 40,
                                   INT64_MAX,
                                   (int64_t{1} << 40) + 1,
                                   999'999'999,
                                   1'000'000'000,
                                   315'576'000'001};

}  // namespace

std::vector<v1::Call> CallMaker::Next(uint64_t last_id) {
  last_id_ = last_id;
  const uint8_t code = Byte();
  if (code >= kConnection) return MakeConnection();
  std::vector<v1::Call> calls = {code >= kParsed ? Parse() : MakeCall(code)};
  if (IsLeftOut(*v1::Call::descriptor()->FindFieldByNumber(
          std::max<int>(calls.front().call_case(), v1::Call::kIdFieldNumber)))) {
    calls.clear();
  }
  return calls;
}

v1::Call CallMaker::MakeCall(uint8_t code) {
  static const auto kCheap = Calls(false);
  static const auto kDear = Calls(true);
  const FieldDescriptor& call =
      code >= kOdd ? *kDear[Byte() % kDear.size()] : *kCheap[code % kCheap.size()];
  v1::Call made;
  Fill(*made.GetReflection()->MutableMessage(&made, &call));
  if (Byte() >= kOdd) Fill(*made.mutable_patience());
  return made;
}

// A listener, a socket that connects to it, and what comes of it.
std::vector<v1::Call> CallMaker::MakeConnection() {
  const char* const address = Byte() % 2 == 0 ? "127.0.0.1" : "::1";
  const char* const family = *address == ':' ? "FAMILY_INET6" : "FAMILY_INET";
  const int port = 4001 + Byte() % 3;
  std::vector<v1::Call> calls;
  for (const char* text : {"socket { socket: 'a' family: $0 transport: TRANSPORT_TCP }",
                           "bind { socket: 'a' address { address: '$1' port: $2 } }",
                           "listen { socket: 'a' backlog: 1 }",
                           "socket { socket: 'b' family: $0 transport: TRANSPORT_TCP }",
                           "connect { socket: 'b' address { address: '$1' port: $2 } }",
                           "accept { socket: 'a' connection: 'c' }"}) {
    google::protobuf::TextFormat::ParseFromString(absl::Substitute(text, family, address, port),
                                                  &calls.emplace_back());
  }
  return calls;
}

// The bytes themselves, as a message.
v1::Call CallMaker::Parse() {
  const size_t size = std::min<size_t>(Byte(), bytes_.size() - at_);
  v1::Call call;
  if (!call.ParseFromArray(bytes_.data() + at_, static_cast<int>(size))) call.Clear();
  at_ += size;
  return call;
}

void CallMaker::Fill(Message& message) {
  const auto& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    // What need not be there mostly is not; what must be, mostly is.
    const bool needed = !field.has_optional_keyword() && field.real_containing_oneof() == nullptr &&
                        !field.is_repeated();
    if (const uint8_t wish = Byte(); needed ? wish < kOdd : wish % 4 == 3)
      FillField(message, field);
  }
}

void CallMaker::FillField(Message& message, const FieldDescriptor& field) {
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return AddValue(message, field);
  const Reflection& reflection = *message.GetReflection();
  Fill(field.is_repeated() ? *reflection.AddMessage(&message, &field)
                           : *reflection.MutableMessage(&message, &field));
}

void CallMaker::AddValue(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = field.is_repeated();
  const auto put = [&](auto set, auto add, auto value) {
    repeated ? (reflection.*add)(&message, &field, value)
             : (reflection.*set)(&message, &field, value);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return put(&Reflection::SetString, &Reflection::AddString, Text(field));
    case FieldDescriptor::CPPTYPE_ENUM:
      // One more than there are.
      return put(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
                 Byte() % (field.enum_type()->value_count() + 1));
    case FieldDescriptor::CPPTYPE_BOOL:
      return put(&Reflection::SetBool, &Reflection::AddBool, Byte() % 2 == 1);
    case FieldDescriptor::CPPTYPE_INT32:
      return put(&Reflection::SetInt32, &Reflection::AddInt32, static_cast<int32_t>(Number(field)));
    case FieldDescriptor::CPPTYPE_INT64:
      return put(&Reflection::SetInt64, &Reflection::AddInt64, Number(field));
    case FieldDescriptor::CPPTYPE_UINT32:
      return put(&Reflection::SetUInt32, &Reflection::AddUInt32,
                 static_cast<uint32_t>(Number(field)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return put(&Reflection::SetUInt64, &Reflection::AddUInt64,
                 static_cast<uint64_t>(Number(field)));
    default:
      return put(&Reflection::SetDouble, &Reflection::AddDouble,
                 static_cast<double>(Number(field)));
  }
}

int64_t CallMaker::Number(const FieldDescriptor& field) {
  const uint8_t byte = Byte();
  if (field.name() == "id") return static_cast<int64_t>(last_id_) - byte % 16;
  if (byte >= kOdd) return kOddNumbers[Byte() % std::size(kOddNumbers)];
  if (field.name() == "port") return byte % 4 == 0 ? 0 : 4000 + byte % 4;
  if (field.name() == "count") return byte % 4;
  return kNumbers[byte % std::size(kNumbers)];
}

std::string CallMaker::Text(const FieldDescriptor& field) {
  const uint8_t byte = Byte();
  if (field.type() == FieldDescriptor::TYPE_BYTES) {
    static constexpr size_t kSizes[] = {0, 1, 5, 100, 1024, 5000};
    return std::string(byte >= kOdd ? 70'000 : kSizes[byte % std::size(kSizes)], 'x');
  }
  if (field.name() == "option") return Choose(kOptions, byte);
  if (IsName(field)) return byte >= kOdd ? Choose(kOddNames, byte) : Choose(kNames, byte);
  return byte >= kOdd ? Choose(kOddAddresses, byte) : Choose(kAddresses, byte);
}

std::vector<std::string> SocketNames(const v1::Call& call) {
  std::vector<std::string> names;
  if (call.call_case() == v1::Call::CALL_NOT_SET) return names;
  const auto* field = v1::Call::descriptor()->FindFieldByNumber(call.call_case());
  const Message& request = call.GetReflection()->GetMessage(call, field);
  std::vector<const FieldDescriptor*> fields;
  request.GetReflection()->ListFields(request, &fields);
  for (const FieldDescriptor* named : fields) {
    if (IsName(*named)) names.push_back(request.GetReflection()->GetString(request, named));
  }
  return names;
}

}  // namespace balcony::agent
