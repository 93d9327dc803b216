#include "controller/script/shape.h"

#include <algorithm>
#include <map>

namespace balcony::script {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

constexpr char kPackage[] = "balcony.v1.";

// "Timer.kind" of balcony.v1.Timer.kind.
template <typename Named>
std::string ShortName(const Named& named) {
  return named.full_name().substr(sizeof(kPackage) - 1);
}

// Strings of the protos that are more than text.
const std::map<std::string, Shape>& Strings() {
  static const Shape kAddress = {.type = Type::kAddress, .may_be_none = true};
  static const auto& strings = *new std::map<std::string, Shape>{
      {"PacketInfo.address", kAddress},
      {"PacketInfo.local", kAddress},
      {"InterfaceAddress.address", kAddress},
      {"Route.gateway", kAddress},
      {"Route.source", kAddress},
      {"Neighbour.address", kAddress},
      {"Membership.group", kAddress},
      {"OptionValue.word", {.type = Type::kWord}},
      {"Neighbour.state",
       {.type = Type::kWord,
        .words = {"REACHABLE", "STALE", "DELAY", "PROBE", "INCOMPLETE", "FAILED", "PERMANENT",
                  "NOARP"}}},
      {"TcpInfo.ca_state",
       {.type = Type::kWord, .words = {"OPEN", "DISORDER", "CWR", "RECOVERY", "LOSS"}}},
      {"TcpInfo.options",
       {.type = Type::kWords,
        .words = {"TIMESTAMPS", "SACK", "WSCALE", "ECN", "ECN_SEEN", "SYN_DATA"},
        .may_be_none = true}},
  };
  return strings;
}

Shape ShapeOfEnum(const FieldDescriptor& field) {
  const EnumDescriptor& type = *field.enum_type();
  if (type.name() == "State") return {.type = Type::kState};
  Shape shape = {.type = field.is_repeated()          ? Type::kWords
                         : type.name() == "Transport" ? Type::kKeyword
                                                      : Type::kWord,
                 .may_be_none = field.is_repeated()};
  for (int i = 1; i < type.value_count(); ++i) shape.words.push_back(WordOf(*type.value(i)));
  return shape;
}

Shape ShapeOfMessage(const FieldDescriptor& field) {
  const std::string name = field.message_type()->full_name();
  if (name == "google.protobuf.Duration") return {.type = Type::kDuration, .may_be_none = true};
  if (name == "google.protobuf.Timestamp") return {.type = Type::kText, .may_be_none = true};
  if (name == "balcony.v1.Errno") return {.type = Type::kError, .may_be_none = true};
  if (name == "balcony.v1.Endpoint") {
    const bool has_port = ShortName(field) != "ExtendedError.offender";
    return {.type = has_port ? Type::kEndpoint : Type::kAddress, .may_be_none = true};
  }
  Shape record = ShapeOf(*field.message_type());
  record.may_be_none = true;
  return record;
}

}  // namespace

const Shape* FindMember(const std::vector<Shape>& fields, const std::string& name) {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Shape& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

std::vector<std::string> NamesOf(const std::vector<Shape>& fields) {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const Shape& field : fields) names.push_back(field.name);
  return names;
}

Shape ShapeOf(const Descriptor& message) {
  Shape record = {.type = Type::kRecord};
  for (int i = 0; i < message.field_count(); ++i) {
    const FieldDescriptor& field = *message.field(i);
    if (IsTold(field)) continue;
    if (!IsInlined(field)) {
      record.fields.push_back(ShapeOf(field));
      record.fields.back().name = NameOf(field);
      continue;
    }
    for (Shape& inner : ShapeOf(*field.message_type()).fields)
      record.fields.push_back(std::move(inner));
  }
  return record;
}

Shape ShapeOf(const FieldDescriptor& field) {
  const auto& strings = Strings();
  const auto known = strings.find(ShortName(field));
  if (known != strings.end()) return known->second;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return {.type = Type::kFlag};
    case FieldDescriptor::CPPTYPE_STRING:
      return {.type = Type::kText, .may_be_none = field.has_presence()};
    case FieldDescriptor::CPPTYPE_ENUM:
      return ShapeOfEnum(field);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (!field.is_repeated()) return ShapeOfMessage(field);
      return {.type = Type::kList, .element = {ShapeOf(*field.message_type())}};
    default:
      return {.type = Type::kNumber, .may_be_none = field.has_presence()};
  }
}

std::string NameOf(const FieldDescriptor& field) {
  return ShortName(field) == "ExtendedError.error" ? "errno" : field.name();
}

bool IsInlined(const FieldDescriptor& field) { return ShortName(field) == "SocketEntry.queues"; }

bool IsTold(const FieldDescriptor& field) {
  const std::string name = ShortName(field);
  // For programs: a row is as ss -a has it, an interface as ip address has it.
  if (name == "SocketEntry.uid" || name == "Interface.offloads") return true;
  return field.name() == "outcome" || field.name() == "end_of_stream";
}

std::string WordOf(const EnumValueDescriptor& value) {
  // "TIMER_KIND_UNSPECIFIED" tells how long the prefix of all of them is.
  const size_t prefix = value.type()->value(0)->name().rfind('_') + 1;
  std::string word = value.name().substr(prefix);
  const bool state = value.type()->name() == "State";
  const bool lower = value.type()->name() == "Transport";
  for (char& c : word) {
    if (state && c == '_') c = '-';
    if (lower && c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return word;
}

}  // namespace balcony::script
